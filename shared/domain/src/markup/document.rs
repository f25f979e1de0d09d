//! What a text with markup comes to: blocks of runs.

use std::fmt::Write;

/// A text: its blocks, in order. `R` is what a block is made of, which is [`Run`] once tags are filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document<R = Run> {
    /// Its parts.
    pub blocks: Vec<Block<R>>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block<R = Run> {
    /// A heading.
    Heading {
        /// How deep it is.
        level: Level,
        /// What it says.
        runs: Vec<R>,
    },
    /// A paragraph.
    Paragraph {
        /// What it says.
        runs: Vec<R>,
    },
    /// A list.
    List {
        /// What stands before each item.
        marks: Marks,
        /// The items, each blocks of its own.
        items: Vec<Vec<Block<R>>>,
    },
}

/// How deep a heading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Over a part of the text: `#`.
    One,
    /// Over a part of a part: `##`.
    Two,
}

/// What stands before the items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// The same for each: `-` or `*`.
    Bullets,
    /// Numbers: `1.`
    Numbers {
        /// The number of the first item.
        from: u32,
    },
}

/// A piece of text in one weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The text; `'\n'` in it ends a line.
    pub text: String,
    /// Whether it stands out.
    pub bold: bool,
    /// What it is.
    pub role: Role,
}

/// What a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Text.
    Text,
    /// An address to be followed, which the practice wrote or we made: beginning with `http://` or
    /// `https://`.
    Link,
}

impl<R> Document<R> {
    /// The same text of other runs, or the first error.
    pub(super) fn fill<E>(&self, fill: &impl Fn(&R) -> Result<Run, E>) -> Result<Document, E> {
        Ok(Document { blocks: fill_blocks(&self.blocks, fill)? })
    }
}

fn fill_blocks<R, E>(
    blocks: &[Block<R>],
    fill: &impl Fn(&R) -> Result<Run, E>,
) -> Result<Vec<Block>, E> {
    let filled = blocks.iter().map(|block| {
        Ok(match block {
            Block::Heading { level, runs } => {
                Block::Heading { level: *level, runs: fill_runs(runs, fill)? }
            }
            Block::Paragraph { runs } => Block::Paragraph { runs: fill_runs(runs, fill)? },
            Block::List { marks, items } => {
                let items = items.iter().map(|item| fill_blocks(item, fill));
                Block::List { marks: *marks, items: items.collect::<Result<_, _>>()? }
            }
        })
    });
    filled.collect()
}

/// Filled runs; neighbours that look the same are one, so that they are set as one.
fn fill_runs<R, E>(runs: &[R], fill: &impl Fn(&R) -> Result<Run, E>) -> Result<Vec<Run>, E> {
    let mut filled: Vec<Run> = Vec::new();
    for run in runs {
        let run = fill(run)?;
        match filled.last_mut() {
            Some(last)
                if last.bold == run.bold && (last.role, run.role) == (Role::Text, Role::Text) =>
            {
                last.text.push_str(&run.text);
            }
            Some(_) | None => filled.push(run),
        }
    }
    Ok(filled)
}

impl Document {
    /// The text without weight and size: what a reader sees who sees neither.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        write_blocks(&self.blocks, "", Gap::Line, &mut text);
        text
    }

    /// How many characters it has.
    pub fn characters(&self) -> usize {
        count(&self.blocks)
    }

    /// Whether there is nothing to be seen on it.
    pub fn is_blank(&self) -> bool {
        self.to_text().trim().is_empty()
    }
}

fn count(blocks: &[Block]) -> usize {
    let of = |block: &Block| match block {
        Block::Heading { runs, .. } | Block::Paragraph { runs } => {
            runs.iter().map(|run| run.text.chars().count()).sum()
        }
        Block::List { items, .. } => items.iter().map(|item| count(item)).sum::<usize>(),
    };
    blocks.iter().map(of).sum()
}

/// What stands between two blocks.
#[derive(Clone, Copy)]
enum Gap {
    /// An empty line.
    Line,
    /// The end of a line.
    Break,
}

/// Writes blocks, each line of them after `indent`, but for the first, which follows what is there.
fn write_blocks(blocks: &[Block], indent: &str, gap: Gap, text: &mut String) {
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            text.push_str(match gap {
                Gap::Line => "\n\n",
                Gap::Break => "\n",
            });
            text.push_str(indent);
        }
        match block {
            Block::Heading { runs, .. } | Block::Paragraph { runs } => {
                for run in runs {
                    text.push_str(&run.text.replace('\n', &format!("\n{indent}")));
                }
            }
            Block::List { marks, items } => write_list(*marks, items, indent, text),
        }
    }
}

fn write_list(marks: Marks, items: &[Vec<Block>], indent: &str, text: &mut String) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push('\n');
            text.push_str(indent);
        }
        let mark = match marks {
            Marks::Bullets => "- ".to_owned(),
            Marks::Numbers { from } => format!("{}. ", u64::from(from) + index as u64),
        };
        text.push_str(&mark);
        let mut inner = indent.to_owned();
        let _infallible = write!(inner, "{:width$}", "", width = mark.len());
        write_blocks(item, &inner, Gap::Break, text);
    }
}
