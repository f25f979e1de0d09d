//! The admin API's enrolments and work list.

#![cfg(test)]

mod add;
mod hostile;
mod hostile_files;
mod instructions;
mod lists;
mod programs;
mod routes;
mod support;
mod upload;
mod work_list;
