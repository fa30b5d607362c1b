//! The command line program; everything is in [`ivus::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    ivus::cli::main()
}
