//! `einv convert` with many files, run as a process: stopped, killed, out of space, fed with what is hostile.
#![cfg(all(feature = "cli", unix))]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod archives;
mod equal;
mod killed;
mod pages;
mod support;
mod trouble;
