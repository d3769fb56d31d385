//! `einv`, the command line: arguments, rendering and exit codes over the public API of the library.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
