//! The chart of `docs/benchmarks-scale.svg`: requests/s and p99 over the number of connections, a line for each design.

use std::error::Error;
use std::ops::Range;
use std::path::Path;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{AsRangedCoord, ValueFormatter};
use plotters::prelude::*;

/// What was measured of one design with one number of connections.
pub struct Point {
    pub design: &'static str,
    pub number: usize,
    /// Requests/s.
    pub rate: f64,
    /// Microseconds; none if not all connections were answered.
    pub p99: Option<f64>,
}

type Drawn = Result<(), Box<dyn Error>>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const SIZE: (u32, u32) = (960, 500);
const LEGEND: u32 = 64;
const PAPER: RGBColor = RGBColor(255, 255, 255);
const INK: RGBColor = RGBColor(40, 40, 40);
const FAINT: RGBColor = RGBColor(225, 225, 225);
/// Seven colours that also those tell apart who see red and green alike (Okabe and Ito's).
const COLOURS: [RGBColor; 7] = [
    RGBColor(90, 90, 90),
    RGBColor(230, 159, 0),
    RGBColor(204, 121, 167),
    RGBColor(213, 94, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 158, 115),
    RGBColor(0, 90, 160),
];

/// Draws the points into the file.
pub fn draw(points: &[Point], file: &Path) -> Drawn {
    let mut designs: Vec<&str> = points.iter().map(|point| point.design).collect();
    designs.dedup();
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    root.fill(&PAPER)?;
    let (panels, below) = root.split_vertically(SIZE.1 - LEGEND);
    let (left, right) = panels.split_horizontally(SIZE.0 / 2);

    let most = points.iter().map(|point| point.rate).fold(1.0, f64::max);
    let rates = Panel { title: "Requests a second", points, designs: &designs };
    rates.draw(
        &left,
        0.0..most * 1.1,
        |rate| format!("{:.0}k", rate / 1e3),
        |point| Some(point.rate),
    )?;

    let times = Panel { title: "99 of 100 answers within", points, designs: &designs };
    let known = || points.iter().filter_map(|point| point.p99);
    let least = known().fold(f64::MAX, f64::min).max(1.0);
    let most = known().fold(least, f64::max);
    let range = (decade(least, f64::floor)..decade(most, f64::ceil)).log_scale();
    times.draw(&right, range, time, |point| point.p99)?;

    legend(&below, &designs)?;
    Ok(root.present()?)
}

struct Panel<'a> {
    title: &'a str,
    points: &'a [Point],
    designs: &'a [&'a str],
}

impl Panel<'_> {
    fn draw<Y>(
        &self,
        area: &Area,
        y: Y,
        label: impl Fn(&f64) -> String,
        value: impl Fn(&Point) -> Option<f64>,
    ) -> Drawn
    where
        Y: AsRangedCoord<Value = f64>,
        Y::CoordDescType: ValueFormatter<f64> + Ranged<ValueType = f64>,
    {
        let mut chart = ChartBuilder::on(area);
        chart.caption(self.title, ("sans-serif", 17).into_font().color(&INK)).margin(12);
        chart.x_label_area_size(44).y_label_area_size(56);
        let mut chart = chart.build_cartesian_2d(self.across().log_scale(), y)?;
        let (font, number) = (("sans-serif", 13).into_font().color(&INK), |x: &f64| whole(*x));
        let mut mesh = chart.configure_mesh();
        mesh.bold_line_style(FAINT).light_line_style(TRANSPARENT).axis_style(INK);
        mesh.label_style(font.clone()).axis_desc_style(font).x_desc("connections");
        mesh.x_labels(5).y_labels(6).x_label_formatter(&number).y_label_formatter(&label).draw()?;
        for (design, colour) in self.designs.iter().zip(COLOURS) {
            let points = self.points.iter().filter(|point| point.design == *design);
            let places = points.filter_map(|point| {
                Some(((point.number as f64, value(point)?), point.p99.is_some()))
            });
            let places: Vec<((f64, f64), bool)> = places.collect();
            let line = places.iter().map(|(place, _)| *place);
            chart.draw_series(LineSeries::new(line, colour.stroke_width(2)))?;
            chart.draw_series(places.iter().map(|(place, all)| {
                let inside = if *all { colour } else { PAPER };
                EmptyElement::at(*place)
                    + Circle::new((0, 0), 4, inside.filled())
                    + Circle::new((0, 0), 4, colour.stroke_width(2))
            }))?;
        }
        Ok(())
    }

    fn across(&self) -> Range<f64> {
        let numbers = || self.points.iter().map(|point| point.number as f64);
        numbers().fold(f64::MAX, f64::min) * 0.8..numbers().fold(1.0, f64::max) * 1.25
    }
}

/// The designs' names beside their colours, and what an empty circle is.
fn legend(area: &Area, designs: &[&str]) -> Drawn {
    let font = ("sans-serif", 14).into_font().color(&INK);
    let width = SIZE.0 as i32 / 4 - 12;
    let place = |at: usize| (40 + (at as i32 % 4) * width, 12 + (at as i32 / 4) * 26);
    for (at, (design, colour)) in designs.iter().zip(COLOURS).enumerate() {
        let (x, y) = place(at);
        area.draw(&PathElement::new([(x - 14, y), (x + 14, y)], colour.stroke_width(2)))?;
        area.draw(&Circle::new((x, y), 4, colour.filled()))?;
        area.draw(&Text::new(*design, (x + 22, y - 7), font.clone()))?;
    }
    let (x, y) = place(designs.len());
    area.draw(&Circle::new((x, y), 4, INK.stroke_width(2)))?;
    area.draw(&Text::new("not all were answered", (x + 22, y - 7), font))?;
    Ok(())
}

/// The power of ten beside it.
fn decade(value: f64, round: impl Fn(f64) -> f64) -> f64 {
    10_f64.powf(round(value.log10()))
}

fn whole(number: f64) -> String {
    super::thousands(number)
}

fn time(micros: &f64) -> String {
    match *micros {
        ..1e3 => format!("{micros:.0} µs"),
        ..1e6 => format!("{:.0} ms", micros / 1e3),
        _ => format!("{:.0} s", micros / 1e6),
    }
}
