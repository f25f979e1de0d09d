//! What holds whatever happens when.

mod any;
mod balancing;
mod bookings;
mod fuzz;
mod limits;
mod running;
mod spreading;

use proptest::prelude::*;

use super::*;
use any::*;
