//! The exit codes, and what stops a command.

use std::process::ExitCode;

use einv::{Error, ErrorKind, Finding};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Done = 0,
    /// A finding at or above `--deny`, or an output that would break its schema.
    Finding = 1,
    Usage = 2,
    /// Not readable as an invoice.
    Input = 3,
    /// Refused because content would be lost.
    Loss = 4,
    /// A file cannot be read or written.
    File = 5,
    /// A defect of einv.
    Defect = 70,
    /// Ctrl-C or SIGTERM.
    Interrupted = 130,
}

/// The table of exit codes as `--help` shows it.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
   0  done
   1  something was found that is as serious as --deny says, a term that the
      output requires is missing, or the output would break its schema;
      of several inputs, at least one failed or was refused
   2  the command line is wrong
   3  the input cannot be read as an invoice
   4  refused, because content of the invoice would be lost
   5  a file cannot be read or written
  70  a defect of einv
 130  interrupted; with --manifest, --resume goes on";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Why a command could not go on.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) exit: Exit,
    pub(crate) findings: Vec<Finding>,
}

impl Stop {
    /// The command line cannot be carried out.
    pub(crate) fn usage(finding: Finding) -> Stop {
        Stop { exit: Exit::Usage, findings: vec![finding] }
    }

    /// A file cannot be read or written.
    pub(crate) fn file(finding: Finding) -> Stop {
        Stop { exit: Exit::File, findings: vec![finding] }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        let exit = match error.kind() {
            ErrorKind::Input => Exit::Input,
            ErrorKind::Usage => Exit::Usage,
            ErrorKind::File => Exit::File,
            _ => Exit::Defect,
        };
        Stop { exit, findings: error.findings().to_vec() }
    }
}
