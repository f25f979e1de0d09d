//! The admin API's enrolments and work list.

#![cfg(test)]

mod add;
mod deleted;
mod hostile;
mod hostile_files;
mod instructions;
mod lists;
mod practice_wide;
mod programs;
mod routes;
mod support;
mod upload;
mod work_list;
