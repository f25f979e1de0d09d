//! The admin API's enrolments and work list.

#![cfg(test)]

mod add;
mod balance;
mod deleted;
mod forecast;
mod hostile;
mod hostile_files;
mod instructions;
mod lists;
mod practice_wide;
mod programs;
mod receipts;
mod refused;
mod routes;
mod support;
mod today;
mod underway;
mod unreadable;
mod upload;
mod work_list;
