//! What `einv convert` is asked to do, settled before any work: format, files, tables, accepted losses.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use einv::batch::says_packed;
use einv::finding::ARGUMENTS;
use einv::{Converter, Edition, Finding, Format, Limits, Tables, Target, Wrapping};

use super::args::Convert;
use super::choices::Form;
use super::exit::Stop;
use super::files;
use super::hybrid;
use super::limits;
use super::overrides::{self, Override};
use super::render::Sources;

/// The formats by name, as they are told to people.
const FORMATS: &str = "ubl, cii, facturx or json";

/// A conversion that can begin.
pub(crate) struct Job {
    pub(crate) converter: Converter,
    pub(crate) limits: Limits,
    /// `None`: standard output.
    pub(crate) output: Option<PathBuf>,
}

impl Job {
    pub(crate) fn new(args: &Convert, sources: &mut Sources) -> Result<Job, Stop> {
        let args = &Convert { hybrid: hybrid::for_input(&args.hybrid, &args.input)?, ..args.clone() };
        let output = args.output.clone().filter(|path| !files::is_dash(path));
        let tables = match &args.mappings {
            Some(folder) => tables(folder, sources)?,
            None => Arc::clone(Tables::standard()),
        };
        let target = target(args, output.as_deref(), &tables)?;
        for (what, path) in [("the output", &output), ("the report", &args.report_file)] {
            if let Some(path) = path {
                spare_input(what, path, args)?;
                files::may_write(what, path, args.force)?;
            }
        }
        about_pdf(args, &target, output.as_deref())?;
        let limits = limits::of(&args.limits)?;
        let converter = converter(args, target, tables, &limits)?
            .hashes(args.report == Form::Json || args.report_file.is_some())
            .file(files::name_of(&args.input));
        converter.check()?;
        Ok(Job { converter, limits, output })
    }
}

/// A converter with everything that the options say of the output.
pub(super) fn converter(
    args: &Convert,
    target: Target,
    tables: Arc<Tables>,
    limits: &Limits,
) -> Result<Converter, Stop> {
    let mut converter = Converter::new()
        .to(target)
        .tables(tables)
        .on_loss(args.on_loss.into())
        .accept(files::accepted(&args.accept)?)
        .limits(limits.clone());
    if let Some(name) = &args.cii {
        converter = converter.edition(edition(name)?);
    }
    converter = overrides::all(args)?.into_iter().fold(converter, set);
    if args.wrap.is_some() {
        converter = converter.wrap(envelope(args));
    }
    converter = args.attach.iter().try_fold(converter, |converter, path| attached(converter, path, limits))?;
    Ok(converter.hybrid(hybrid::of(&args.hybrid, args.date.as_deref(), limits)?))
}

/// The converter with a file that becomes a supporting document.
fn attached(converter: Converter, path: &Path, limits: &Limits) -> Result<Converter, Stop> {
    match path.to_str() {
        Some("pdf") => Ok(converter.attach_pdf()),
        Some("files") => Ok(converter.attach_files()),
        _ => {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            Ok(converter.attach(name, files::read_as("the file to attach", path, limits)?))
        }
    }
}

/// Options that are about PDFs go with a PDF, which goes into a file.
fn about_pdf(args: &Convert, target: &Target, output: Option<&Path>) -> Result<(), Stop> {
    only_for_pdf(args, target)?;
    if target.format() == Format::FacturX && !args.dry_run {
        hybrid::spare_terminal(output)?;
    }
    hybrid::spare_pages(&args.hybrid, output)
}

/// Options that are about PDFs go with a PDF.
pub(super) fn only_for_pdf(args: &Convert, target: &Target) -> Result<(), Stop> {
    let is_pdf = target.format() == Format::FacturX;
    if let Some(name) = hybrid::given(&args.hybrid).first().filter(|_| !is_pdf) {
        let finding = Finding::new(ARGUMENTS, "only a hybrid PDF has pages").found(format!("{name}, for {target}"));
        return Err(Stop::usage(finding.expected("--to facturx")));
    }
    if is_pdf && args.wrap.is_some() {
        let finding = Finding::new(ARGUMENTS, "a PDF has no envelope").found("--wrap with --to facturx");
        return Err(Stop::usage(finding.help("leave --wrap out, or convert to cii")));
    }
    Ok(())
}

/// The converter with one term set or removed.
pub(super) fn set(converter: Converter, Override { term, value }: Override) -> Converter {
    match value {
        Some(value) => converter.set(term, value),
        None => converter.unset(term),
    }
}

/// The tables of a directory over the built-in ones.
pub(crate) fn tables(folder: &Path, sources: &mut Sources) -> Result<Arc<Tables>, Stop> {
    let files = files::tables(folder)?;
    sources.add_tables(&files);
    let tables = Tables::with(&files);
    tables.map(Arc::new).map_err(|findings| Stop { exit: super::exit::Exit::Usage, findings })
}

/// An input is never written over.
fn spare_input(what: &str, path: &Path, args: &Convert) -> Result<(), Stop> {
    let is_report = what == "the report";
    let other = match (files::is_same(path, &args.input), is_report, &args.output) {
        (true, ..) => "the input",
        (_, true, Some(output)) if files::is_same(path, output) => "the output",
        _ => return Ok(()),
    };
    let finding = Finding::new(ARGUMENTS, format!("{what} would overwrite {other}"));
    Err(Stop::usage(files::about(finding.help(format!("give {what} another name")), path)))
}

/// The target: the format by name or by the name of the output, with the profile if one is named.
pub(super) fn target(args: &Convert, output: Option<&Path>, tables: &Tables) -> Result<Target, Stop> {
    let target = named(args, output, tables)?;
    output.map_or(Ok(()), |path| agree(path, target.format())).map(|()| target)
}

fn named(args: &Convert, output: Option<&Path>, tables: &Tables) -> Result<Target, Stop> {
    match (&args.to, &args.profile) {
        // With a profile (`ubl/xrechnung`) the table of targets answers for itself.
        (Some(name), None) if name.contains('/') => Ok(tables.target(name)?),
        (Some(name), Some(_)) if name.contains('/') => {
            let finding = Finding::new(ARGUMENTS, "the profile is given twice").found(format!("--to `{name}`"));
            Err(Stop::usage(finding.help("say it with --to or with --profile")))
        }
        (_, None) => Ok(Target::for_format(format(args, output)?)),
        (_, Some(profile)) => match format(args, output)? {
            Format::Json => {
                let finding = Finding::new(ARGUMENTS, "JSON holds any invoice and has no profiles");
                Err(Stop::usage(finding.found(format!("--profile `{profile}`")).expected("--to with ubl or cii")))
            }
            format => {
                let named = |profile: &str| tables.target(&format!("{format}/{profile}"));
                Ok(named(profile).or_else(|error| named(&profile.to_lowercase()).map_err(|_| error))?)
            }
        },
    }
}

fn format(args: &Convert, output: Option<&Path>) -> Result<Format, Stop> {
    if let Some(name) = &args.to {
        return name.parse().map_err(|_| unknown(name));
    }
    match output.map(by_name) {
        Some(Some(format)) => Ok(format),
        Some(None) => Err(ambiguous(output.unwrap_or(Path::new("")))),
        None => {
            let finding = Finding::new(ARGUMENTS, "the format to write is not given");
            Err(Stop::usage(finding.expected(format!("--to with {FORMATS}"))))
        }
    }
}

fn envelope(args: &Convert) -> Wrapping {
    let mut envelope = Wrapping::sbdh();
    if let Some(id) = &args.sender {
        envelope = envelope.sender(id);
    }
    if let Some(id) = &args.receiver {
        envelope = envelope.receiver(id);
    }
    match &args.date {
        Some(date) => envelope.created(date),
        None => envelope,
    }
}

fn edition(name: &str) -> Result<Edition, Stop> {
    name.parse().map_err(|_| {
        let finding = Finding::new(ARGUMENTS, "CII has no such edition").found(format!("--cii `{name}`"));
        Stop::usage(finding.expected("d16b or d22b"))
    })
}

/// The format that a name says: `a.json`, `a.ubl.xml`, `a.cii`.
fn by_name(path: &Path) -> Option<Format> {
    let extension = path.extension()?.to_str()?;
    match extension.to_lowercase().as_str() {
        "pdf" => Some(Format::FacturX),
        "xml" => Path::new(path.file_stem()?).extension()?.to_str()?.parse().ok(),
        other => other.parse().ok(),
    }
}

/// A name that says one format for a file of another would mislead whoever opens it.
fn agree(path: &Path, format: Format) -> Result<(), Stop> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default();
    let said = match (by_name(path), extension.as_str()) {
        (Some(Format::FacturX), _) if format != Format::FacturX => "PDF".to_owned(),
        (Some(said), _) if said != format => said.to_string().to_uppercase(),
        (None, "xml") if matches!(format, Format::Json | Format::FacturX) => "XML".to_owned(),
        (None, packed) if says_packed(path) => packed.to_uppercase(),
        _ => return Ok(()),
    };
    let help = match by_name(path) {
        Some(_) => "give the output another name, or leave --to out",
        None => "give the output another name",
    };
    let finding = Finding::new(
        ARGUMENTS,
        format!("the name of the output says {said}, but --to says {}", format.to_string().to_uppercase()),
    );
    Err(Stop::usage(files::about(finding.help(help), path)))
}

fn unknown(name: &str) -> Stop {
    let finding = Finding::new(ARGUMENTS, "einv does not write this format");
    let finding = finding.found(format!("--to `{name}`")).expected(FORMATS);
    Stop::usage(match meant(&name.to_lowercase()) {
        Some(options) => finding.help(format!("write {options}")),
        None => finding,
    })
}

/// What somebody means who names a kind of PDF, or a profile, as the format.
fn meant(name: &str) -> Option<String> {
    if ["pdf", "factur-x", "zugferd"].contains(&name) {
        return Some("--to facturx".to_owned());
    }
    let profiles = Tables::standard().profiles();
    let known = profiles.iter().find(|profile| profile.profile == name)?;
    Some(format!("--to {} --profile {name}", known.format))
}

fn ambiguous(path: &Path) -> Stop {
    let is_xml = path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("xml"));
    let (message, formats) = match is_xml {
        true => ("the name of the output does not say if it is UBL or CII", "ubl or cii"),
        false => ("the name of the output does not say its format", FORMATS),
    };
    Stop::usage(files::about(Finding::new(ARGUMENTS, message).expected(format!("--to with {formats}")), path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_formats() {
        assert_eq!(by_name(Path::new("a.json")), Some(Format::Json));
        assert_eq!(by_name(Path::new("dir.json/a.UBL.xml")), Some(Format::Ubl));
        assert_eq!(by_name(Path::new("a.cii")), Some(Format::Cii));
        assert_eq!(by_name(Path::new("a.xml")), None);
        assert_eq!(by_name(Path::new("json")), None);
    }
}
