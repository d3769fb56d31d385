//! Options that several commands share.

use clap::Args;

use super::choices::Form;
use super::limits;

/// How large an input may be, and the form of the messages.
#[derive(Debug, Clone, Args)]
pub(crate) struct Reading {
    /// Change a limit on the input: depth=200, unpacked=64MiB; --help lists all
    #[arg(long = "limit", value_name = "NAME=VALUE", long_help = limits::help())]
    pub(crate) limits: Vec<String>,
    /// Form of the messages: human, short (one line each) or json
    #[arg(long, value_name = "FORM", default_value = "human", hide_possible_values = true)]
    pub(crate) report: Form,
}

/// The same, and how much is told.
#[derive(Debug, Clone, Args)]
pub(crate) struct Telling {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Show no values of the invoice in messages, for logs
    #[arg(long)]
    pub(crate) no_values: bool,
    /// Show only what made the exit code other than 0
    #[arg(long, short = 'q')]
    pub(crate) quiet: bool,
}
