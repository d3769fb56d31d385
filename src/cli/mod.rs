//! The command line: one module per command, one for files, one for the forms that findings are shown in.

mod args;
mod batch;
mod check;
mod choices;
mod common;
mod convert;
mod embed;
mod exit;
mod extract;
mod files;
mod hybrid;
mod inspect;
mod job;
mod limits;
mod mapping;
mod overrides;
mod panic;
mod profiles;
mod render;
mod summary;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};
use choices::{Form, Schema};
use exit::Exit;
use render::{Show, Sources};

/// Reads the arguments, runs the command, gives its exit code. A panic inside is told as the defect that it is.
pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::parse();
    panic::caught(|| run(&arguments)).into()
}

fn run(arguments: &Arguments) -> Exit {
    let color = arguments.color.into();
    match &arguments.command {
        Command::Check(check) => check::run(check, color),
        Command::Convert(convert) => convert::run(convert, color),
        Command::Embed(embed) => embed::run(embed, color),
        Command::Extract(extract) => extract::run(extract, color),
        Command::Inspect(inspect) => inspect::run(inspect, color),
        Command::Manifest(manifest) => batch::run_manifest(manifest, color),
        Command::Mapping(mapping) => mapping::run(mapping, color),
        Command::Profiles(list) => profiles::run(list, color),
        Command::Schema { of } => {
            let stopped = |stop| Show::new(Form::Human, color).stop(&stop, &Sources::default());
            files::print(schema(*of)).unwrap_or_else(stopped)
        }
    }
}

fn schema(of: Schema) -> &'static str {
    match of {
        Schema::Invoice => einv::invoice_schema(),
        Schema::Report => einv::report_schema(),
        Schema::Inspect => einv::inspection_schema(),
        Schema::Check => einv::check_schema(),
        Schema::Manifest => einv::batch::schema(),
    }
}
