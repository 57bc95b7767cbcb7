//! Puts a picture's parts in their places.

use super::super::picture::{Arrow, Band, Bar, Picture, Place, Side, Tone};
use super::super::theme::look_of;
use super::plan::{AIR, BAR, BAR_STEP, GAP, Half, Lane, MARGIN, PACKET, PAUSE, Plan, TOP};
use super::shape::{Shape, number};
use super::words::{Face, clean, later};

/// After how much of a band its name stands there again.
const AGAIN: f32 = 420.0;
/// How far an arrow falls.
const FALL: f32 = 10.0;

/// Everything, from the back to the front.
pub(super) fn shapes(picture: &Picture, plan: &Plan) -> Vec<Shape> {
    let mut shapes = Vec::new();
    ground(picture, plan, &mut shapes);
    pauses(picture, plan, &mut shapes);
    picture.bands.iter().for_each(|band| self::band(band, plan, &mut shapes));
    picture.bars.iter().for_each(|bar| self::bar(bar, plan, &mut shapes));
    picture.arrows.iter().for_each(|arrow| self::arrow(arrow, plan, &mut shapes));
    words(plan, &mut shapes);
    shapes
}

fn rect(lane: Lane, top: f32, bottom: f32, round: f32, class: &str) -> Shape {
    let (x, width, height) = (lane.left, lane.width(), (bottom - top).max(0.0));
    Shape::Rect { x, y: top, width, height, round, class: class.into(), title: String::new() }
}

/// The ground, the lanes and what stands above them.
fn ground(picture: &Picture, plan: &Plan, shapes: &mut Vec<Shape>) {
    let all = Lane { left: 0.0, right: plan.width };
    shapes.push(rect(all, 0.0, plan.height, 6.0, "ground"));
    let mut head = |lane: Lane, text: &str| {
        let text = Face::Head.fit([clean(text).as_str()], lane.width() - GAP);
        let (x, y) = (lane.middle(), TOP - 24.0);
        shapes.extend(text.map(|text| Shape::Turned {
            x,
            y,
            face: Face::Head,
            class: "text",
            text,
            degrees: 0.0,
        }));
    };
    for (at, half) in plan.halves.iter().enumerate() {
        head(half.words, picture.heads.get(at).map_or("", String::as_str));
        head(half.kernel, "kernel");
    }
    head(plan.wire, "wire");
    let bottom = plan.height - MARGIN / 2.0;
    for half in &plan.halves {
        shapes.push(rect(half.kernel, TOP - 10.0, bottom, 4.0, "lane"));
    }
    let line =
        format!("M{} {}H{}", number(MARGIN), number(TOP - 14.0), number(plan.width - MARGIN));
    shapes.push(Shape::Path { data: line, class: "rule" });
}

fn pauses(picture: &Picture, plan: &Plan, shapes: &mut Vec<Shape>) {
    for (row, pause) in &picture.pauses {
        let Some(top) = plan.rows.get(*row) else { continue };
        let (x, y) = (plan.wire.middle(), top - PAUSE / 2.0);
        let text = later(*pause);
        let room = Face::Small.width(&text) / 2.0 + 2.0 * GAP;
        let (from, to) = (number(MARGIN), number(plan.width - MARGIN));
        let [left, right] = [x - room, x + room].map(number);
        let data = format!("M{from} {0}H{left}M{right} {0}H{to}", number(y));
        shapes.push(Shape::Path { data, class: "rule pause" });
        let (y, face, class) = (y + 4.0, Face::Small, "quiet");
        shapes.push(Shape::Turned { x, y, face, class, text, degrees: 0.0 });
    }
}

/// A state, and its name as often as one has to see it.
fn band(band: &Band, plan: &Plan, shapes: &mut Vec<Shape>) {
    let Some(lane) = plan.half(band.side).and_then(|half| half.columns.get(band.column)) else {
        return;
    };
    let (top, bottom) = (plan.turn(band.from), plan.turn(band.to + 1) - 1.5);
    let (x, width, height) = (lane.left, lane.width(), (bottom - top).max(2.0));
    let look = look_of(&band.state);
    let name = if band.name.is_empty() { "no descriptor" } else { &band.name };
    let title = format!("{}, {name}", band.state);
    let class = format!("state-{}", look.state);
    shapes.push(Shape::Rect { x, y: top, width, height, round: 3.0, class, title });
    let state = clean(&band.state);
    let upright = Face::State.width(&state) > width - GAP;
    let mut from = top;
    while from + 12.0 <= bottom {
        let part = (bottom - from).min(AGAIN);
        let full = format!("{state} {}", band.name);
        let standing = Face::State.fit([full.trim(), &state], part - 2.0 * GAP);
        let fits = Face::State.width(&state) <= part - 2.0 * GAP;
        if let Some(text) = standing.filter(|_| upright && fits) {
            let (x, y) = (lane.middle() + 3.5, from + GAP + Face::State.width(&text) / 2.0);
            let (face, class) = (Face::State, "text");
            shapes.push(Shape::Turned { x, y, face, class, text, degrees: -90.0 });
        } else {
            lying(&state, look.short, &band.name, (*lane, from, from + part), shapes);
        }
        from += AGAIN;
    }
}

/// A state's name from left to right, below it the descriptor if there is room.
fn lying(state: &str, short: &str, name: &str, place: (Lane, f32, f32), shapes: &mut Vec<Shape>) {
    let (lane, top, bottom) = place;
    let room = lane.width() - GAP;
    let short = if short.is_empty() { state } else { short };
    let mut y = top + 11.5;
    let lines = [Face::State.fit([state, short], room), Face::State.fit([name], room)];
    for text in lines.into_iter().flatten().filter(|text| !text.is_empty()) {
        if y + 2.0 > bottom {
            break;
        }
        let (x, face, class) = (lane.middle(), Face::State, "text");
        shapes.push(Shape::Turned { x, y, face, class, text, degrees: 0.0 });
        y += Face::State.line() - 1.0;
    }
}

/// A call, from its entry to its return; where the program sleeps in it, hatched.
fn bar(bar: &Bar, plan: &Plan, shapes: &mut Vec<Shape>) {
    let (Some(half), Some(top)) = (plan.half(bar.side), plan.rows.get(bar.from)) else { return };
    let lane = place(half, bar.column);
    let top = top + AIR;
    let block = |row: usize| {
        plan.blocks.iter().find(|block| block.0 == row && block.1 == bar.side as usize)
    };
    let end = plan.rows.get(bar.to).copied().unwrap_or(top);
    let next = plan.rows.get(bar.to + 1).copied().unwrap_or(end);
    let bottom = match (bar.returns, bar.from == bar.to) {
        (true, false) => end + AIR + Face::Call.line(),
        _ => next - AIR,
    };
    let calls = |row: usize| {
        let lines = block(row).map_or(&[][..], |block| &block.2);
        let lines = lines.iter().take_while(|line| line.face == Face::Call);
        lines.map(|line| line.face.line()).sum::<f32>()
    };
    let (x, width) = (lane.left, lane.width());
    let title = match &bar.answer {
        Some(answer) => format!("{} {answer}", bar.text),
        None => bar.text.clone(),
    };
    let class = if bar.tone == Tone::Error { "bar break" } else { "bar" };
    let solid = |y: f32, height: f32, title: String| Shape::Rect {
        x,
        y,
        width,
        height: height.max(2.0),
        round: 2.0,
        class: class.into(),
        title,
    };
    match bar.sleeps.and_then(|row| Some((row, plan.rows.get(row)?))) {
        Some((row, y)) => {
            let asleep = y + AIR + if row == bar.from { calls(row) } else { 0.0 };
            let awake = if bar.returns { end + AIR } else { bottom };
            shapes.push(solid(top, asleep - top, title.clone()));
            if bar.returns {
                shapes.push(solid(awake, bottom - awake, title.clone()));
            }
            shapes.push(rect(lane, asleep, awake, 0.0, "sleep"));
            let (class, height) = ("hatched".into(), (awake - asleep).max(0.0));
            shapes.push(Shape::Rect { x, y: asleep, width, height, round: 0.0, class, title });
        }
        None => shapes.push(solid(top, bottom - top, title)),
    }
    if half.threads > 1 {
        let y = number(top + Face::Call.line() / 2.0);
        let (from, to) = match bar.side {
            Side::Left => (half.words.right + 2.0, lane.left),
            Side::Right => (lane.right, half.words.left - 2.0),
        };
        let data = format!("M{} {y}H{}", number(from), number(to));
        shapes.push(Shape::Path { data, class: "rule" });
    }
}

/// A bar's place: the first one is next to the kernel.
fn place(half: &Half, column: usize) -> Lane {
    let away = GAP + column as f32 * BAR_STEP;
    let left = match half.side {
        Side::Left => half.bars.right - away - BAR,
        Side::Right => half.bars.left + away,
    };
    Lane { left, right: left + BAR }
}

/// A packet: it leaves higher up than it arrives.
fn arrow(arrow: &Arrow, plan: &Plan, shapes: &mut Vec<Shape>) {
    let Some(top) = plan.rows.get(arrow.row) else { return };
    let failed = arrow.tone == Tone::Error;
    let (line, ink) = if failed { ("wire break", "failed") } else { ("wire", "text") };
    let inner = Lane { left: plan.wire.left + GAP, right: plan.wire.right - GAP };
    let at = |place| match place {
        Place::Left => inner.left,
        Place::Middle => inner.middle(),
        Place::Right => inner.right,
    };
    let (from, to) = (at(arrow.from), at(arrow.to));
    let (start, end) = (top + PACKET - FALL - 7.0, top + PACKET - 7.0);
    let labels: Vec<String> = arrow.labels.iter().map(|label| clean(label)).collect();
    let labels = labels.iter().map(String::as_str);
    if from == to {
        return turning(
            arrow.from,
            (from, top + 8.0, end),
            labels.collect(),
            (line, ink, plan),
            shapes,
        );
    }
    let ahead = (to - from).signum();
    let (slope, way) = ((end - start) / (to - from), (to - from).abs());
    let mut data = format!("M{} {}L{} {}", number(from), number(start), number(to), number(end));
    data.push_str(&head((to, end), ahead, slope));
    shapes.push(Shape::Path { data, class: line });
    for (place, x, y) in [(arrow.from, from, start), (arrow.to, to, end)] {
        if place == Place::Middle {
            let data = format!("M{} {}v14", number(x), number(y - 7.0));
            shapes.push(Shape::Path { data, class: line });
        }
    }
    if let Some(text) = Face::Small.fit(labels, way - GAP) {
        let (x, y) = ((from + to) / 2.0, (start + end) / 2.0 - 4.5);
        let degrees = slope.atan().to_degrees();
        shapes.push(Shape::Turned { x, y, face: Face::Small, class: ink, text, degrees });
    }
}

/// The two strokes of an arrow's head.
fn head((x, y): (f32, f32), ahead: f32, slope: f32) -> String {
    let back = 7.0;
    let stroke = |spread: f32| {
        let (x, y) = (x - ahead * back, y - slope * ahead * back + spread);
        format!("{} {}", number(x), number(y))
    };
    format!("M{}L{} {}L{}", stroke(-3.5), number(x), number(y), stroke(3.5))
}

/// From one socket of a side to another one of the same.
fn turning(
    at: Place,
    (x, top, bottom): (f32, f32, f32),
    labels: Vec<&str>,
    (line, ink, plan): (&'static str, &'static str, &Plan),
    shapes: &mut Vec<Shape>,
) {
    let way = if at == Place::Right { -1.0 } else { 1.0 };
    let far = x + way * 22.0;
    let mut data =
        format!("M{} {}H{}V{}H{}", number(x), number(top), number(far), number(bottom), number(x));
    data.push_str(&head((x, bottom), -way, 0.0));
    shapes.push(Shape::Path { data, class: line });
    let room = match at {
        Place::Right => far - plan.wire.left,
        _ => plan.wire.right - far,
    };
    if let Some(text) = Face::Small.fit(labels, room - 4.0 * GAP) {
        let half = Face::Small.width(&text) / 2.0;
        let (x, y) = (far + way * (half + 2.0 * GAP), (top + bottom) / 2.0 + 4.0);
        shapes.push(Shape::Turned { x, y, face: Face::Small, class: ink, text, degrees: 0.0 });
    }
}

/// What stands in the programs' lanes, next to the bars, and what is said of the run.
fn words(plan: &Plan, shapes: &mut Vec<Shape>) {
    let halves = plan.blocks.iter().filter_map(|(row, half, lines)| {
        let half = plan.halves.get(*half)?;
        Some((*row, half.words, half.side == Side::Left, lines))
    });
    let wire = Lane { left: plan.wire.left + 2.0 * GAP, right: plan.wire.right };
    let remarks = plan.remarks.iter().map(|(row, lines)| (*row, wire, false, lines));
    for (row, lane, to_the_right, lines) in halves.chain(remarks) {
        let Some(top) = plan.rows.get(row) else { continue };
        let widest = lines.iter().map(|line| line.width()).fold(0.0, f32::max);
        let left = if to_the_right { lane.right - widest } else { lane.left };
        let mut y = top + AIR;
        for line in lines {
            let (x, face, class) = (left + line.indent, line.face, line.class);
            let base = y + face.size();
            let text = line.text.clone();
            shapes.extend(
                Some(Shape::Text { x, y: base, face, class, text })
                    .filter(|_| !line.text.is_empty()),
            );
            y += face.line();
        }
    }
}
