//! Small tables in a terminal.

/// Lays out rows under a heading, columns as wide as they must be.
pub(crate) fn layout(heading: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = heading.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[String]| {
        let padded: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}", width = *width))
            .collect();
        format!("  {}", padded.join("  ").trim_end())
    };
    let heading: Vec<String> = heading.iter().map(|cell| (*cell).to_owned()).collect();
    let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    let mut lines = vec![line(&heading), line(&rule)];
    lines.extend(rows.iter().map(|row| line(row)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::layout;

    #[test]
    fn columns_line_up() {
        let rows =
            [vec!["1".to_owned(), "one".to_owned()], vec!["10".to_owned(), "ten".to_owned()]];
        let expected = "  n   name\n  ──  ────\n  1   one\n  10  ten";
        assert_eq!(layout(&["n", "name"], &rows), expected);
    }
}
