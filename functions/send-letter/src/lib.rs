//! The function that makes letters. A batch of its queue is handled as by every channel's function:
//! [`aws::deliveries`].

pub use aws::deliveries::handle;
