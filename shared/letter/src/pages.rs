//! Rows onto pages.

use crate::rows::{Row, Tie};
use crate::sheet::Area;

/// A row's place on its page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Position {
    /// Which row.
    pub(crate) row: usize,
    /// Its upper edge.
    pub(crate) top: f32,
}

/// Fills pages with rows, ending each where rows are not tied to each other.
///
/// There is always one page. Rows tied together for longer than a page are torn
/// all the same: every row is on exactly one page, in order.
pub(crate) fn paginate(rows: &[Row], first: Area, others: Area) -> Vec<Vec<Position>> {
    let mut pages = Vec::new();
    let mut start = 0;
    loop {
        let area = if pages.is_empty() { first } else { others };
        let (page, next) = fill(rows, start, area);
        pages.push(page);
        if next >= rows.len() {
            return pages;
        }
        start = next;
    }
}

/// One page from row `start` on, and the row the next page starts with.
fn fill(rows: &[Row], start: usize, area: Area) -> (Vec<Position>, usize) {
    let mut page = Vec::new();
    let mut good_end = None;
    let mut y = area.top;
    for (nth, row) in rows.iter().enumerate().skip(start) {
        let top = if nth == start { y } else { y + row.before };
        if top + row.height > area.bottom && nth > start {
            let end = good_end.unwrap_or(nth);
            page.truncate(end - start);
            return (page, end);
        }
        page.push(Position { row: nth, top });
        y = top + row.height;
        if row.tie == Tie::Free {
            good_end = Some(nth + 1);
        }
    }
    (page, rows.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Area = Area { left: 0.0, top: 0.0, right: 100.0, bottom: 50.0 };

    fn rows(ties: &str) -> Vec<Row> {
        ties.chars()
            .map(|tie| Row {
                before: 0.0,
                height: 10.0,
                tie: if tie == '+' { Tie::ToNext } else { Tie::Free },
                placed: Vec::new(),
            })
            .collect()
    }

    fn starts(ties: &str) -> Vec<usize> {
        paginate(&rows(ties), AREA, AREA)
            .iter()
            .filter_map(|page| page.first())
            .map(|p| p.row)
            .collect()
    }

    #[test]
    fn a_page_ends_where_nothing_is_tied() {
        // Five rows fit a page.
        assert_eq!(starts("....."), [0]);
        assert_eq!(starts("......"), [0, 5]);
        assert_eq!(starts("....+."), [0, 4], "a tied row goes along with the next");
        assert_eq!(starts("...++."), [0, 3]);
        assert_eq!(starts("++++++++"), [0, 5], "what is tied for longer than a page is torn");
    }

    #[test]
    fn nothing_at_all_is_one_page() {
        assert_eq!(paginate(&[], AREA, AREA), vec![Vec::new()]);
    }

    #[test]
    fn a_row_taller_than_a_page_has_a_page() {
        let mut tall = rows("...");
        if let Some(row) = tall.get_mut(1) {
            row.height = 80.0;
        }
        let pages = paginate(&tall, AREA, AREA);
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
    }
}
