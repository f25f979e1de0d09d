//! What patients answer to text messages: what it means, and the number in it.
//!
//! The words are those of the product's rules: the whole message, case and punctuation aside.

mod around;
mod kept;
mod meaning;
mod number;
mod origin;
mod reading;

pub use self::kept::{Answered, Fit, ReceivedReply, ReplyText, ReplyValue};
pub use self::meaning::{Meaning, meaning};
pub use self::number::{BadNumber, Number};
pub use self::origin::{Origin, SenderName, Written};
pub use self::reading::{BadRange, Reading, Unit, ValueRule, reading};
