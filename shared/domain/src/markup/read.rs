//! Reads a text with markup.

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::DEEPEST_LIST;
use super::bad::{BadMarkup, NotUsed};
use super::document::{Block, Document, Level, Marks, Role, Run};
use super::marked::{AMPERSAND, Marked, TAG};

/// A piece of a text whose tags are not filled yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// What the practice wrote.
    Written(Run),
    /// A merge tag.
    Tag {
        /// Its name.
        name: String,
        /// Whether its value stands out.
        bold: bool,
    },
}

/// Reads a text.
pub(super) fn read(text: &str) -> Result<Document<Piece>, BadMarkup> {
    let marked = Marked::new(text);
    let bad = |offset, what| BadMarkup { line: marked.line(offset), what };
    // Read as tables, so that they can be refused: as text they would come out as a heap of signs.
    let events = Parser::new_ext(&marked.text, Options::ENABLE_TABLES).into_offset_iter();
    let definitions = events.reference_definitions().iter();
    if let Some(first) = definitions.map(|(_, definition)| definition.span.start).min() {
        return Err(bad(first, NotUsed::Link));
    }
    let open = vec![Open::Item(Item::default())];
    let mut reader = Reader { open, bold: 0, gap: 0, tags: marked.names() };
    for (event, range) in events {
        let source = marked.text.get(range.clone()).unwrap_or_default();
        if event == Event::Start(Tag::Paragraph) {
            reader.gap = lines_before(&marked.text, range.start);
        }
        reader.take(event, source).map_err(|what| bad(range.start, what))?;
    }
    Ok(Document { blocks: reader.finish() })
}

/// As many lines end between two paragraphs: the first one's last, and a blank one.
const PARTS_PARAGRAPHS: usize = 2;
/// Most lines that are left free.
const MOST_LINES: usize = 10;

/// How many lines end between the place and the text before it.
fn lines_before(text: &str, place: usize) -> usize {
    let before = text.get(..place).unwrap_or_default();
    let written = before.trim_end_matches([' ', '\t', '\r', '\n']);
    before[written.len()..].matches('\n').count()
}

/// What is begun and not ended.
enum Open {
    /// Blocks: of an item, or of the whole text.
    Item(Item),
    Heading(Level, Vec<Raw>),
    Paragraph(Vec<Raw>),
    List(Marks, Vec<Vec<Block<Piece>>>),
}

/// The blocks of an item, and text that stands in it without a paragraph of its own.
#[derive(Default)]
struct Item {
    blocks: Vec<Block<Piece>>,
    bare: Vec<Raw>,
}

/// Text in one weight, with a character in the place of each tag.
struct Raw {
    text: String,
    bold: bool,
}

struct Reader<N> {
    /// What is open, the whole text first.
    open: Vec<Open>,
    /// How many times bold was begun.
    bold: usize,
    /// How many lines end between what came last and the paragraph that is read.
    gap: usize,
    /// The names of the tags to come.
    tags: N,
}

impl<'a, N: Iterator<Item = &'a str>> Reader<N> {
    fn take(&mut self, event: Event<'_>, source: &str) -> Result<(), NotUsed> {
        match event {
            Event::Start(tag) => self.start(&tag, source),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => {
                self.text(&text);
                Ok(())
            }
            Event::SoftBreak | Event::HardBreak => {
                self.text("\n");
                Ok(())
            }
            Event::Code(_) => Err(NotUsed::Code),
            Event::Html(_) | Event::InlineHtml(_) => Err(NotUsed::Html),
            Event::Rule => Err(NotUsed::Rule),
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => Err(NotUsed::Other),
        }
    }

    fn start(&mut self, tag: &Tag<'_>, source: &str) -> Result<(), NotUsed> {
        let open = match tag {
            Tag::Paragraph => Open::Paragraph(Vec::new()),
            Tag::Heading { level, .. } => Open::Heading(heading(*level, source)?, Vec::new()),
            Tag::List(from) => {
                let lists = self.open.iter().filter(|open| matches!(open, Open::List(..))).count();
                if lists == DEEPEST_LIST {
                    return Err(NotUsed::DeepList);
                }
                Open::List(marks(*from), Vec::new())
            }
            Tag::Item => Open::Item(Item::default()),
            Tag::Strong => {
                self.bold += 1;
                return Ok(());
            }
            Tag::Emphasis => return Err(NotUsed::Italics),
            Tag::Link { .. } => return Err(NotUsed::Link),
            Tag::Image { .. } => return Err(NotUsed::Picture),
            Tag::HtmlBlock => return Err(NotUsed::Html),
            Tag::CodeBlock(CodeBlockKind::Indented) => return Err(NotUsed::Indented),
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) => return Err(NotUsed::Code),
            Tag::BlockQuote(_) => return Err(NotUsed::Quote),
            Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell => {
                return Err(NotUsed::Table);
            }
            Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => return Err(NotUsed::Other),
        };
        self.close_bare();
        self.open.push(open);
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) -> Result<(), NotUsed> {
        if tag == TagEnd::Strong {
            self.bold -= 1;
            return Ok(());
        }
        self.close_bare();
        match self.open.pop() {
            Some(Open::Heading(level, raw)) => {
                let runs = self.pieces(raw);
                if runs.is_empty() {
                    return Err(NotUsed::EmptyHeading);
                }
                self.block(Block::Heading { level, runs });
            }
            Some(Open::Paragraph(raw)) => {
                let runs = self.pieces(raw);
                self.paragraph(runs);
            }
            Some(Open::List(marks, items)) => self.block(Block::List { marks, items }),
            Some(Open::Item(Item { blocks, .. })) => {
                if blocks.is_empty() {
                    return Err(NotUsed::EmptyItem);
                }
                if let Some(Open::List(_, items)) = self.open.last_mut() {
                    items.push(blocks);
                }
            }
            None => {}
        }
        Ok(())
    }

    fn finish(mut self) -> Vec<Block<Piece>> {
        match self.open.pop() {
            Some(Open::Item(Item { blocks, .. })) => blocks,
            Some(Open::Heading(..) | Open::Paragraph(_) | Open::List(..)) | None => Vec::new(),
        }
    }

    /// A paragraph; behind more than one blank line it goes on with the one before it, and the lines
    /// stay: they are the room in which a letter is signed.
    fn paragraph(&mut self, runs: Vec<Piece>) {
        let blank = self.gap > PARTS_PARAGRAPHS;
        match self.open.last_mut() {
            Some(Open::Item(Item { blocks, .. })) if blank => {
                if let Some(Block::Paragraph { runs: before }) = blocks.last_mut() {
                    let text = "\n".repeat(self.gap.min(MOST_LINES));
                    before.push(Piece::Written(Run { text, bold: false, role: Role::Text }));
                    before.extend(runs);
                    return;
                }
                blocks.push(Block::Paragraph { runs });
            }
            Some(_) | None => self.block(Block::Paragraph { runs }),
        }
    }

    fn block(&mut self, block: Block<Piece>) {
        if let Some(Open::Item(item)) = self.open.last_mut() {
            item.blocks.push(block);
        }
    }

    fn text(&mut self, text: &str) {
        let bold = self.bold > 0;
        let raw = match self.open.last_mut() {
            Some(Open::Heading(_, raw) | Open::Paragraph(raw)) => raw,
            Some(Open::Item(item)) => &mut item.bare,
            Some(Open::List(..)) | None => return,
        };
        // The parts in which the parser tells one text are joined: an address may be in several.
        match raw.last_mut() {
            Some(last) if last.bold == bold => last.text.push_str(text),
            Some(_) | None => raw.push(Raw { text: text.to_owned(), bold }),
        }
    }

    /// Text of an item that stands in no paragraph becomes one.
    fn close_bare(&mut self) {
        let Some(Open::Item(item)) = self.open.last_mut() else { return };
        let bare = std::mem::take(&mut item.bare);
        let runs = self.pieces(bare);
        if !runs.is_empty() {
            self.block(Block::Paragraph { runs });
        }
    }

    fn pieces(&mut self, raw: Vec<Raw>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for Raw { text, bold } in raw {
            let mut finder = LinkFinder::new();
            finder.kinds(&[LinkKind::Url]);
            for span in finder.spans(&text) {
                let address = span.as_str();
                let web = address.starts_with("https://") || address.starts_with("http://");
                // Not one with a tag in it: where a link leads is not for a patient's data to say.
                let role = match span.kind() {
                    Some(_) if web && !address.contains(TAG) => Role::Link,
                    Some(_) | None => Role::Text,
                };
                self.span(address, bold, role, &mut pieces);
            }
        }
        pieces
    }

    fn span(&mut self, text: &str, bold: bool, role: Role, pieces: &mut Vec<Piece>) {
        for (index, part) in text.split(TAG).enumerate() {
            if index > 0
                && let Some(name) = self.tags.next()
            {
                pieces.push(Piece::Tag { name: name.to_owned(), bold });
            }
            if !part.is_empty() {
                let text = part.replace(AMPERSAND, "&");
                pieces.push(Piece::Written(Run { text, bold, role }));
            }
        }
    }
}

fn heading(level: HeadingLevel, source: &str) -> Result<Level, NotUsed> {
    if !source.trim_start().starts_with('#') {
        return Err(NotUsed::UnderlinedHeading);
    }
    match level {
        HeadingLevel::H1 => Ok(Level::One),
        HeadingLevel::H2 => Ok(Level::Two),
        HeadingLevel::H3 | HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => {
            Err(NotUsed::DeepHeading)
        }
    }
}

fn marks(from: Option<u64>) -> Marks {
    // CommonMark's numbers have nine digits at most.
    from.map_or(Marks::Bullets, |from| Marks::Numbers { from: u32::try_from(from).unwrap_or(1) })
}
