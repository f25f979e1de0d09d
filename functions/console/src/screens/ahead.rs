//! The drawing of a timeline: a row for each cycle, along one axis of time. The list below it says the same.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};

/// Something that lies ahead, as it is drawn.
#[derive(Debug, Clone)]
pub(crate) struct Ahead {
    pub(crate) cycle: u64,
    /// The number of its action.
    pub(crate) step: Option<u64>,
    pub(crate) at: DateTime<Utc>,
    /// Whether it is done. What is skipped, fails, or waits for a person is hollow.
    pub(crate) is_done: bool,
}

const WIDTH: f64 = 720.0;
/// Room for the names of cycles on the left, and for the last day on the right.
const LEFT: f64 = 70.0;
const RIGHT: f64 = 40.0;
/// A row, and the room above the first.
const ROW: f64 = 44.0;
const TOP: f64 = 24.0;
/// Days that are written below the axis.
const TICKS: u32 = 5;
/// Most rows: what is beyond them is in the table.
const MOST_ROWS: usize = 12;
/// Marks nearer to each other than this are moved apart, upwards.
const NEAR: f64 = 18.0;

/// From when to when it goes.
struct Axis {
    start: DateTime<Utc>,
    seconds: f64,
}

impl Axis {
    fn of(items: &[&Ahead]) -> Option<Self> {
        let (start, end) =
            (items.iter().map(|it| it.at).min()?, items.iter().map(|it| it.at).max()?);
        // What happens all at once stands in the middle of a day.
        let end = end.max(start + TimeDelta::days(1));
        Some(Self { start, seconds: seconds(end - start) })
    }

    fn x(&self, at: DateTime<Utc>) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * seconds(at - self.start) / self.seconds
    }

    fn tick(&self, number: u32) -> DateTime<Utc> {
        let part = self.seconds * f64::from(number) / f64::from(TICKS - 1);
        #[expect(clippy::cast_possible_truncation, reason = "seconds of some years")]
        let part = TimeDelta::seconds(part as i64);
        self.start + part
    }
}

/// A length of time as a number to draw with.
fn seconds(time: TimeDelta) -> f64 {
    i32::try_from(time.num_seconds() / 60).map_or(0.0, f64::from) * 60.0
}

/// The drawing, or nothing when there is nothing.
pub(crate) fn of(items: &[Ahead], zone: Tz) -> Markup {
    let mut cycles: Vec<u64> = items.iter().map(|it| it.cycle).collect();
    cycles.dedup();
    cycles.truncate(MOST_ROWS);
    let shown: Vec<&Ahead> = items.iter().filter(|it| cycles.contains(&it.cycle)).collect();
    let Some(axis) = Axis::of(&shown) else { return html! {} };
    let rows: Vec<f64> = cycles
        .iter()
        .scan(TOP, |y, _| {
            *y += ROW;
            Some(*y - ROW / 2.0)
        })
        .collect();
    let bottom = rows.last().map_or(TOP, |y| y + ROW / 2.0);
    let height = bottom + 28.0;
    html! {
        div.scroll.card tabindex="0" role="region" aria-label="Timeline, drawn" {
            svg.chart role="img" width=(WIDTH) height=(height) viewBox=(format!("0 0 {WIDTH} {height}"))
                aria-label=(format!("{} actions over {} cycles; the list below has them", shown.len(), cycles.len())) {
                @for number in 0..TICKS {
                    @let at = axis.tick(number);
                    @let x = axis.x(at);
                    line.axis x1=(x) x2=(x) y1=(TOP - 10.0) y2=(bottom) {}
                    text x=(x) y=(bottom + 18.0) text-anchor="middle" {
                        (at.with_timezone(&zone).format("%-d %b %Y"))
                    }
                }
                @for (cycle, y) in cycles.iter().zip(&rows) {
                    text x="0" y=(y + 4.0) { "Cycle " (cycle) }
                    line.line x1=(LEFT) x2=(WIDTH - RIGHT) y1=(y) y2=(y) {}
                    (marks(&shown, *cycle, *y, &axis, zone))
                }
            }
            p.small.soft { "The numbers are the actions in their order. Hollow: skipped, fails, or waits for a person." }
        }
    }
}

/// The marks of one cycle, with the numbers of their actions.
fn marks(items: &[&Ahead], cycle: u64, y: f64, axis: &Axis, zone: Tz) -> Markup {
    let mut last = (f64::NEG_INFINITY, 0.0);
    let of_cycle = items.iter().filter(|it| it.cycle == cycle);
    let placed = of_cycle.map(|it| {
        let x = axis.x(it.at);
        // Its number is written above the one before, when they are near.
        let lift = if x - last.0 < NEAR { last.1 + 12.0 } else { 0.0 };
        last = (x, lift);
        (x, y - 10.0 - lift, it)
    });
    html! {
        @for (x, above, it) in placed {
            @let step = it.step.unwrap_or_default();
            g {
                title { (step) ". " (it.at.with_timezone(&zone).format("%a %-d %b %Y, %H:%M")) }
                @if it.is_done {
                    circle.dot cx=(x) cy=(y) r="6" {}
                } @else {
                    circle.hollow cx=(x) cy=(y) r="6" {}
                }
                text x=(x) y=(above) text-anchor="middle" { (step) }
            }
        }
    }
}
