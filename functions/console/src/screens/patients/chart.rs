//! Values over time, drawn; the same in a table for whoever cannot see the drawing.

use chrono::DateTime;
use chrono_tz::Tz;
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::{dates, tag};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 220.0;
/// Room for the numbers on the left, and for the days below.
const LEFT: f64 = 56.0;
const BELOW: f64 = 28.0;
const ABOVE: f64 = 14.0;
const RIGHT: f64 = 14.0;

/// The values of one question, in one unit.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Series {
    question: Option<String>,
    unit: Option<String>,
    program: ProgramOf,
    min: Option<f64>,
    max: Option<f64>,
    points: Vec<Point>,
}

#[derive(Debug, Clone, Deserialize)]
struct ProgramOf {
    name: Option<String>,
}

/// One value.
#[derive(Debug, Clone, Deserialize)]
struct Point {
    at: String,
    number: f64,
    in_range: Option<bool>,
}

/// Where values are on the drawing.
struct Scale {
    first: f64,
    last: f64,
    low: f64,
    high: f64,
}

impl Scale {
    fn of(series: &Series, moments: &[f64]) -> Self {
        let numbers = || {
            let ends = [series.min, series.max].into_iter().flatten();
            series.points.iter().map(|it| it.number).chain(ends)
        };
        let low = numbers().fold(f64::INFINITY, f64::min);
        let high = numbers().fold(f64::NEG_INFINITY, f64::max);
        // Some air, so that no point lies on the edge; more where all are the same.
        let air = if high > low { (high - low) * 0.08 } else { high.abs().max(1.0) * 0.1 };
        let first = moments.iter().copied().fold(f64::INFINITY, f64::min);
        let last = moments.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Self { first, last, low: low - air, high: high + air }
    }

    fn x(&self, moment: f64) -> f64 {
        let wide = WIDTH - LEFT - RIGHT;
        if self.last > self.first {
            LEFT + (moment - self.first) / (self.last - self.first) * wide
        } else {
            LEFT + wide / 2.0
        }
    }

    fn y(&self, number: f64) -> f64 {
        let tall = HEIGHT - ABOVE - BELOW;
        ABOVE + (self.high - number) / (self.high - self.low) * tall
    }
}

/// Seconds, as a number to draw by.
#[expect(
    clippy::cast_precision_loss,
    reason = "where a point is drawn, to a second in millions of years"
)]
fn moment(point: &Point) -> f64 {
    DateTime::parse_from_rfc3339(&point.at).map_or(0.0, |it| it.timestamp() as f64)
}

fn one(number: f64) -> String {
    format!("{number:.1}")
}

/// A series as a drawing and a table; `number` tells the series of a page apart.
pub(super) fn shown(series: &Series, number: usize, zone: Tz) -> Markup {
    let question = series.question.as_deref().unwrap_or("A question that is gone");
    let unit = series.unit.as_deref().unwrap_or_default();
    let program = series.program.name.as_deref().unwrap_or("a program that is gone");
    html! {
        section.card {
            h2 { (question) @if !unit.is_empty() { " (" (unit) ")" } }
            p.soft { "Asked by " (program) ". " (range(series, unit)) }
            @if series.points.is_empty() {
                p { "No value yet." }
            } @else {
                (drawing(series, number, question, zone))
                details {
                    summary { "As a table" span.hidden { ": " (question) } }
                    (table(series, unit, zone))
                }
            }
        }
    }
}

fn range(series: &Series, unit: &str) -> Markup {
    html! {
        @match (series.min, series.max) {
            (Some(min), Some(max)) => { "Its range is " (min) " to " (max) " " (unit) "." }
            (Some(min), None) => { "Its range is " (min) " " (unit) " and more." }
            (None, Some(max)) => { "Its range is " (max) " " (unit) " and less." }
            (None, None) => {}
        }
    }
}

fn drawing(series: &Series, number: usize, question: &str, zone: Tz) -> Markup {
    let moments: Vec<_> = series.points.iter().map(moment).collect();
    let scale = Scale::of(series, &moments);
    let at: Vec<_> = series
        .points
        .iter()
        .zip(&moments)
        .map(|(point, moment)| (point, scale.x(*moment), scale.y(point.number)))
        .collect();
    let line: Vec<_> = at.iter().map(|(_, x, y)| format!("{},{}", one(*x), one(*y))).collect();
    let title = format!("chart-{number}");
    let count = series.points.len();
    let (bottom, right) = (HEIGHT - BELOW, WIDTH - RIGHT);
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby=(title) {
            svg.chart role="img" aria-labelledby=(title) viewBox=(format!("0 0 {WIDTH} {HEIGHT}"))
                width=(WIDTH) height=(HEIGHT) {
                title id=(title) { (question) ": " (count) " values; the table below has them" }
                line.axis x1=(LEFT) y1=(bottom) x2=(right) y2=(bottom) {}
                line.axis x1=(LEFT) y1=(ABOVE) x2=(LEFT) y2=(bottom) {}
                @for (limit, word) in [(series.max, "highest"), (series.min, "lowest")] {
                    @if let Some(limit) = limit {
                        line.axis x1=(LEFT) y1=(one(scale.y(limit))) x2=(right) y2=(one(scale.y(limit)))
                            stroke-dasharray="4 4" {}
                        text x=(right) y=(one(scale.y(limit) - 4.0)) text-anchor="end" { (word) " " (limit) }
                    }
                }
                @for end in ends(series) {
                    text x=(LEFT - 6.0) y=(one(scale.y(end) + 4.0)) text-anchor="end" { (end) }
                }
                polyline.line points=(line.join(" ")) {}
                @for (point, x, y) in &at {
                    @if point.in_range == Some(false) {
                        // Told by its form, too: a square.
                        rect.dot x=(one(x - 5.0)) y=(one(y - 5.0)) width="10" height="10" {}
                    } @else {
                        circle.dot cx=(one(*x)) cy=(one(*y)) r="4" {}
                    }
                }
                @if let Some(first) = series.points.first() {
                    text x=(LEFT) y=(HEIGHT - 8.0) { (day(&first.at, zone)) }
                }
                @if let Some(last) = series.points.last().filter(|_| count > 1) {
                    text x=(right) y=(HEIGHT - 8.0) text-anchor="end" { (day(&last.at, zone)) }
                }
            }
        }
    }
}

/// The lowest and the highest value, for the axis.
fn ends(series: &Series) -> Vec<f64> {
    let numbers = || series.points.iter().map(|it| it.number);
    let low = numbers().fold(f64::INFINITY, f64::min);
    let high = numbers().fold(f64::NEG_INFINITY, f64::max);
    if high > low { vec![low, high] } else { vec![low] }
}

fn day(text: &str, zone: Tz) -> String {
    DateTime::parse_from_rfc3339(text).map_or_else(
        |_| text.to_owned(),
        |it| it.with_timezone(&zone).format("%-d %b %Y").to_string(),
    )
}

fn table(series: &Series, unit: &str, zone: Tz) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th scope="col" { "When" }
                    th.number scope="col" { "Value" @if !unit.is_empty() { " in " (unit) } }
                    th scope="col" { "Range" }
                }
            }
            tbody {
                @for point in series.points.iter().rev() {
                    tr {
                        th scope="row" { (dates::moment(&point.at, zone)) }
                        td.number { (point.number) }
                        td {
                            @match point.in_range {
                                Some(true) => (tag("good", "In range")),
                                Some(false) => (tag("bad", "Out of range")),
                                None => span.soft { "none" },
                            }
                        }
                    }
                }
            }
        }
    }
}
