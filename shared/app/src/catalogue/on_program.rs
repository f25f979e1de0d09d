//! How many are on programs.

use domain::ids::ProgramId;
use futures_util::future::try_join_all;

use crate::ports::{EnrolmentReader, HowMany, StoreError};

/// Most that are counted of one program. A count reads what it counts, about 25 read units for so many; a list may
/// have two hundred programs, and whoever looks at it wants to know whether it is nobody, some or a great many.
pub const MOST_COUNTED: usize = 1_000;

/// How many programs are counted at a time. A page of programs is there soon, and one reader takes no more of the
/// table than a sweep.
const AT_A_TIME: usize = 8;

/// How many enrolments on each of these programs are not over, up to [`MOST_COUNTED`], in their order. A patient who
/// is on one twice counts twice.
///
/// # Errors
/// When the store fails.
pub async fn count_open(
    reader: &impl EnrolmentReader,
    programs: &[ProgramId],
) -> Result<Vec<HowMany>, StoreError> {
    let mut counts = Vec::new();
    for some in programs.chunks(AT_A_TIME) {
        counts
            .extend(try_join_all(some.iter().map(|id| reader.count_open(id, MOST_COUNTED))).await?);
    }
    Ok(counts)
}
