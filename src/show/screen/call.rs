//! The call: the one that is about to be made, and what the last step did; or the moment that is
//! looked back at.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::address;
use super::content::{Content, Opens, wrapped};
use super::scene::Scene;
use crate::explain;
use crate::show::brief;
use crate::show::hexdump::push_buffer;
use crate::show::story::{Buffer, Kind, Told};
use crate::trace::{Answer, CallView, Carried, Entered, Packet, What, made_text};

/// What is told, in lines of one width.
pub(super) struct Telling<'s, 'v> {
    scene: &'s Scene<'v>,
    width: usize,
    lines: Vec<Line<'v>>,
}

/// What is told.
pub(super) fn content<'v>(scene: &Scene<'v>, width: usize, all: bool) -> Content<'v> {
    let mut telling = Telling { scene, width, lines: Vec::new() };
    match (scene.view.at, scene.moment) {
        (Some(_), Some(moment)) => telling.past(moment, all),
        _ => telling.now(all),
    }
    Content::new(telling.lines, Opens::Top)
}

impl<'v> Telling<'_, 'v> {
    /// What comes next, and what the last step did: first what is more than an answer.
    fn now(&mut self, all: bool) {
        let scene = self.scene;
        let moments = self.told_moments();
        let (telling, plain): (Vec<_>, Vec<_>) =
            moments.into_iter().partition(|at| scene.next().is_none() || self.is_telling(*at));
        let next = scene.next();
        if let Some(next) = next {
            let name = scene.view.story.names.of(next.who);
            self.heading("next", scene.theme.badge(), &format!("{name} calls {}", next.name));
            self.text(&made_text(next, None), scene.theme.strong());
        } else if scene.view.over_and_done {
            self.heading("over", scene.theme.badge(), "nothing more will happen");
        }
        telling.iter().for_each(|at| self.moment("just now", *at, false));
        let told: Vec<usize> = telling.iter().chain(&plain).copied().collect();
        if next.is_none() {
            self.sleepers(&told);
            telling.iter().take(1).for_each(|at| self.addresses(*at, &scene.told(*at)));
        }
        if let Some(next) = next {
            let args: Vec<_> = next.args.iter().collect();
            address::tables(
                &next.name,
                &crate::show::story::addresses(&args),
                scene.theme,
                self.width,
                &mut self.lines,
            );
            if all {
                self.buffers(&crate::show::story::buffers(&args));
            }
        }
        plain.iter().for_each(|at| self.moment("just now", *at, false));
        if let Some(next) = next {
            self.sleepers(&told);
            self.about(next);
        }
    }

    /// A moment of the past, and who slept at that time.
    fn past(&mut self, moment: usize, all: bool) {
        self.moment(&format!("step {}", moment + 1), moment, true);
        if all {
            let told = self.scene.told(moment);
            self.buffers(&told.buffers);
        }
        self.sleepers(&[moment]);
        let story = self.scene.view.story;
        if let Some(view) = story.call_of(moment) {
            self.about(view.entered);
        }
    }

    /// The moments of the step that are told: packets and what is printed stand elsewhere, and a
    /// call that has returned is told once. The newest comes first.
    fn told_moments(&self) -> Vec<usize> {
        let story = self.scene.view.story;
        let mut told: Vec<usize> = Vec::new();
        for at in self.scene.step.clone().rev() {
            let kind = story.moments[at].kind;
            let again = kind.call().is_some_and(|call| {
                told.iter().any(|other| story.moments[*other].kind.call() == Some(call))
            });
            if !again && !matches!(kind, Kind::Packet | Kind::Printed) {
                told.push(at);
            }
        }
        told
    }

    /// Whether it is more than a call that was made and has answered.
    fn is_telling(&self, at: usize) -> bool {
        let story = self.scene.view.story;
        let failed = |view: &&CallView| {
            let answer = view.returned.map(|(returned, _)| &returned.answer);
            answer.is_some_and(|answer| !matches!(answer, Answer::Value(_)))
        };
        let kind = story.moments[at].kind;
        let ends = matches!(kind, Kind::Done(_) | Kind::Returns(_));
        if ends && story.call_of(at).and_then(|view| story.why_reset(view)).is_some() {
            return true;
        }
        match kind {
            Kind::Done(_) | Kind::Made(_) => story.call_of(at).filter(failed).is_some(),
            Kind::Returns(call) => {
                story.began(call).is_some() || story.call_of(at).filter(failed).is_some()
            }
            _ => true,
        }
    }

    fn moment(&mut self, badge: &str, at: usize, in_full: bool) {
        let theme = self.scene.theme;
        let story = self.scene.view.story;
        let told = self.scene.told(at);
        let kind = story.moments[at].kind;
        let (style, badge) = match kind {
            Kind::Waits(_) | Kind::Blocks(_) => (theme.asleep(), format!("{badge}: asleep")),
            _ => (theme.badge(), badge.to_owned()),
        };
        self.heading(&badge, style, &told.title);
        match (story.call_of(at), story.event(at).map(|event| &event.what)) {
            (Some(view), _) => self.call(view, kind, &told),
            (None, Some(What::Packet(packet))) => self.packet(packet, &told),
            _ => {
                self.text(&told.text, Style::new());
                told.explained.iter().for_each(|line| self.indented(line, Style::new()));
            }
        }
        if in_full {
            self.addresses(at, &told);
        }
    }

    /// A call, its answer and what that means, what explains it.
    fn call(&mut self, view: &CallView, kind: Kind, told: &Told) {
        let theme = self.scene.theme;
        let returned = view.returned.map(|(returned, _)| returned);
        let returned = returned.filter(|_| matches!(kind, Kind::Done(_) | Kind::Returns(_)));
        self.text(&made_text(view.entered, returned), theme.strong());
        let meaning = told.meaning.as_deref();
        match (returned, meaning) {
            (Some(returned), meaning) => {
                let style = match returned.answer {
                    Answer::Value(_) => theme.fresh(),
                    Answer::Errno(_) | Answer::Unfinished(_) => theme.error(),
                };
                let meaning = meaning.map(|meaning| format!(": {meaning}")).unwrap_or_default();
                self.indented(&format!("→ {}{meaning}", returned.answer), style);
            }
            (None, Some(meaning)) => self.indented(&format!("… {meaning}"), theme.strong()),
            (None, None) => self.indented("… it has not returned yet", theme.faint()),
        }
        told.explained.iter().for_each(|line| self.indented(line, Style::new()));
    }

    /// A packet, whose doing it is, and what its flags mean.
    fn packet(&mut self, packet: &Packet, told: &Told) {
        let story = self.scene.view.story;
        self.text(&told.text, self.scene.theme.strong());
        let caller = packet.caused_by.and_then(|call| story.call(call));
        let from = match caller {
            Some(view) => {
                let name = story.names.of(view.entered.who);
                format!("it comes of {name}'s {}", view.entered.name)
            }
            None => "no call sends it: a timer of the kernel, or the end of a program".into(),
        };
        self.indented(&from, Style::new());
        told.explained.iter().for_each(|line| self.indented(line, Style::new()));
        if let Carried::Tcp(segment) = &packet.carries {
            let flags =
                segment.flags.split('|').filter(|flag| *flag != "ACK" || segment.flags == "ACK");
            for flag in flags {
                self.explain(explain::Kind::Segment, flag);
            }
        }
    }

    /// All that sleep, but for those of whom the moments tell.
    fn sleepers(&mut self, but: &[usize]) {
        let story = self.scene.view.story;
        let told: Vec<u64> =
            but.iter().filter_map(|at| story.moments.get(*at)?.kind.call()).collect();
        for (view, since) in &self.scene.asleep {
            if told.contains(&view.entered.call) {
                continue;
            }
            let name = story.names.of(view.entered.who);
            let what = story.waits_for(view.entered, self.scene.on(view.entered));
            let title = format!(
                "{name} in {} since step {}: it waits for {what}",
                view.entered.name,
                since + 1
            );
            self.heading("asleep", self.scene.theme.asleep(), &title);
        }
    }

    /// What the call is for.
    fn about(&mut self, entered: &Entered) {
        let name = match entered.name.as_ref() {
            "sendto" => "send",
            "recvfrom" => "recv",
            name => name,
        };
        self.explain(explain::Kind::Call, name);
    }

    /// The first sentence on a name.
    fn explain(&mut self, kind: explain::Kind, name: &str) {
        let mut entries = explain::entries().iter();
        let Some(entry) = entries.find(|entry| entry.kind == kind && entry.name == name) else {
            return;
        };
        let sentence = entry.what.split_inclusive(". ").next().unwrap_or_default().trim_end();
        self.indented(&format!("{name}: {sentence}"), self.scene.theme.faint());
    }

    fn addresses(&mut self, at: usize, told: &Told) {
        let (theme, width) = (self.scene.theme, self.width);
        if let Some(view) = self.scene.view.story.call_of(at) {
            address::tables(&view.entered.name, &told.addresses, theme, width, &mut self.lines);
        }
    }

    fn buffers(&mut self, buffers: &[Buffer]) {
        let mut text = String::new();
        buffers.iter().for_each(|each| push_buffer(&each.name, &each.data, each.length, &mut text));
        self.lines.extend(
            text.lines()
                .map(|line| Line::from(crate::show::text::cut(&format!("  {line}"), self.width))),
        );
    }

    /// A badge and a few words.
    fn heading(&mut self, badge: &str, style: Style, title: &str) {
        let badge = format!(" {badge} ");
        let title = brief(title.as_bytes()).replace('\n', " ");
        let mut lines = wrapped(&format!("{badge} {title}"), self.width, "", "    ").into_iter();
        let first = lines.next().unwrap_or_default();
        self.lines.push(match first.strip_prefix(&badge).map(str::to_owned) {
            Some(rest) => Line::from(vec![
                Span::styled(badge, style),
                Span::styled(rest, self.scene.theme.strong()),
            ]),
            None => Line::styled(first, style),
        });
        self.lines.extend(lines.map(|line| Line::styled(line, self.scene.theme.strong())));
    }

    fn text(&mut self, text: &str, style: Style) {
        let lines = wrapped(text, self.width, "  ", "      ");
        self.lines.extend(lines.into_iter().map(|line| Line::styled(line, style)));
    }

    fn indented(&mut self, text: &str, style: Style) {
        let text = brief(text.as_bytes());
        let lines = wrapped(&text, self.width, "  ", "    ");
        self.lines.extend(lines.into_iter().map(|line| Line::styled(line, style)));
    }
}
