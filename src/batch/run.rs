//! A run: what is to be done settled, threads that take inputs one by one, an end that says how far it came.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use super::archive::{Kind, says_packed};
use super::cancel::Cancel;
use super::filter::Filter;
use super::list::{Lister, Task};
use super::manifest::{Chosen, Line, Manifest, Resume};
use super::name::Names;
use super::outcome::Outcome;
use super::pages::Pages;
use super::root::{Root, What, roots};
use super::shard::Shard;
use super::summary::{End, Summary};
use super::walk::Rules;
use super::work::{Tools, work};
use super::write::{Folder, Pack, Place, Sink};
use super::{Job, files};
use crate::convert::Room;
use crate::error::{Error, ErrorKind};
use crate::finding::{ARGUMENTS, Finding};
use crate::format::Format;
use crate::hash::sha256;

fn usage(finding: Finding) -> Error {
    Error::new(ErrorKind::Usage, vec![finding])
}

fn file(finding: Finding) -> Error {
    let kind = if finding.code == ARGUMENTS.id { ErrorKind::Usage } else { ErrorKind::File };
    Error::new(kind, vec![finding])
}

/// Does a job.
pub(super) fn run(job: &Job, each: &(dyn Fn(&Outcome) + Sync), cancel: &Cancel) -> Result<Summary, Error> {
    let roots = roots(&job.inputs).map_err(file)?;
    check(job, &roots)?;
    let lister = lister(job, roots, cancel)?;
    let header = job.header();
    let mut summary = Summary::default();
    let mut chosen = Chosen::All;
    let mut manifest = None;
    if let Some(path) = &job.manifest {
        let count = |outcome: &Outcome| summary.add(outcome, job.deny);
        let opened = Manifest::open(path, &header, job.resume, (job.force, job.durable), count)?;
        (manifest, chosen) = (Some(opened.0), opened.1);
        summary.before = summary.all();
    }
    let mark = match &job.manifest {
        // A resumed job knows what it left behind.
        Some(_) => sha256(&serde_json::to_vec(&header).unwrap_or_default())[..8].to_owned(),
        None => format!("{:x}", std::process::id()),
    };
    let sink = sink(job, mark)?;
    let pages = pages(job).map_err(usage)?;
    let source = Source { lister, chosen, shard: job.shard, turn: 0 };
    let run = Run {
        job,
        each,
        cancel,
        pages,
        sink,
        manifest,
        source: Mutex::new(source),
        state: Mutex::new(summary),
        over: AtomicBool::new(false),
    };
    run.threads();
    Ok(run.end())
}

/// Counts what a job would do.
pub(super) fn count(job: &Job, cancel: &Cancel) -> Result<u64, Error> {
    let lister = lister(job, roots(&job.inputs).map_err(file)?, cancel)?;
    let ours = |task: &Task| job.shard.is_none_or(|shard| shard.takes(&task.below));
    Ok(lister.counting().take_while(|_| !cancel.is_cancelled()).filter(ours).count() as u64)
}

fn names(job: &Job) -> Result<Names, Finding> {
    let format = job.converter.settings().target;
    let format = format.split('/').next().unwrap_or_default();
    let extension = format.parse::<Format>().map_or("xml", Format::extension);
    Names::new(job.name.as_deref(), format, extension)
}

fn pages(job: &Job) -> Result<Option<Pages>, Finding> {
    job.pages.as_deref().map(Pages::new).transpose()
}

fn lister(job: &Job, roots: Vec<Root>, cancel: &Cancel) -> Result<Lister, Error> {
    let rules = Rules {
        names: names(job).map_err(usage)?,
        pages: pages(job).map_err(usage)?,
        filter: Filter::new(&job.include, &job.exclude).map_err(usage)?,
        tree: PathBuf::new(),
        avoid: job.output.iter().chain(&job.manifest).map(|path| real(path)).collect(),
    };
    Ok(Lister::new(roots, rules, job.limit, cancel.clone()))
}

fn sink(job: &Job, mark: String) -> Result<Sink, Error> {
    let Some(path) = &job.output else { return Ok(Sink::Nowhere) };
    match pack(path) {
        Some(kind) => Pack::new(path, kind, job.force, job.durable).map(Sink::Pack).map_err(file),
        None => Folder::new(path, mark, job.force, job.durable).map(Sink::Folder).map_err(file),
    }
}

/// The kind of archive that OUT is to be.
fn pack(path: &Path) -> Option<Kind> {
    Kind::of(path).filter(|_| !path.is_dir())
}

/// Refuses what cannot be done as it stands, before anything is touched.
fn check(job: &Job, roots: &[Root]) -> Result<(), Error> {
    if job.resume != Resume::No && job.manifest.is_none() {
        let finding = Finding::new(ARGUMENTS, "a job is resumed from its manifest, and there is none");
        return Err(usage(finding.expected("--manifest FILE")));
    }
    let Some(output) = &job.output else { return Ok(()) };
    if !output.is_dir() && says_packed(output) && pack(output).is_none_or(|kind| !kind.is_written()) {
        let finding = Finding::new(ARGUMENTS, "einv writes no archives of this kind");
        return Err(usage(files::about(finding.expected("a directory, or a name that ends in .zip or .tar"), output)));
    }
    if job.resume != Resume::No && pack(output).is_some() {
        let finding =
            Finding::new(ARGUMENTS, "an archive of outputs is written whole, and cannot be resumed or repeated");
        return Err(usage(files::about(finding.expected("a directory as OUT"), output)));
    }
    spare(job, roots, output)
}

/// No output may be an input. Only where OUT and the inputs share directories need every name be looked at.
fn spare(job: &Job, roots: &[Root], output: &Path) -> Result<(), Error> {
    let out = real(output);
    let manifest = job.manifest.as_deref().map(real);
    for root in roots {
        if root.what == What::Folder && root.real == out {
            return Err(overwrites("the outputs would stand among the inputs", output, ANOTHER));
        }
        if root.what != What::Folder && manifest.as_ref() == Some(&root.real) {
            return Err(overwrites(
                "the manifest would overwrite an input",
                &root.path,
                "give the manifest another name",
            ));
        }
    }
    let home = if pack(output).is_some() { out.parent().map(Path::to_owned).unwrap_or_default() } else { out.clone() };
    let pages = pages(job).map_err(usage)?;
    let is_near =
        |root: &Root| root.real.starts_with(&home) || (pack(output).is_some() && home.starts_with(&root.real));
    if pages.is_none() && !roots.iter().any(is_near) {
        return Ok(());
    }
    let is_input = |path: &Path| {
        let inside = |root: &Root| match root.what {
            What::Folder => path.starts_with(&root.real),
            _ => path == root.real,
        };
        fs::symlink_metadata(path).is_ok() && roots.iter().any(inside)
    };
    if pack(output).is_some() {
        return if is_input(&out) {
            Err(overwrites("the output would overwrite an input", output, "give the output another name"))
        } else {
            Ok(())
        };
    }
    for task in lister(job, roots.to_vec(), &Cancel::new())?.counting() {
        if let Some(pages) = &pages
            && real(&pages.of(&task.path)) == real(&out.join(&task.output))
        {
            return Err(overwrites("an output would overwrite pages", &pages.of(&task.path), ANOTHER));
        }
        for name in [&task.output, &task.below] {
            let is_copy = std::ptr::eq(name, &task.below);
            let written = !name.as_os_str().is_empty() && (!is_copy || job.on_no_invoice == super::OnNoInvoice::Copy);
            if written && is_input(&real(&out.join(name))) {
                return Err(overwrites("an output would overwrite an input", &task.path, ANOTHER));
            }
        }
    }
    Ok(())
}

/// What helps where the directory of the outputs is the wrong one.
const ANOTHER: &str = "give -o another directory";

fn overwrites(message: &str, path: &Path, help: &str) -> Error {
    usage(files::about(Finding::new(ARGUMENTS, message).help(help), path))
}

/// A path without links, whether the file is there or not.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if let Ok(real) = fs::canonicalize(&path) {
        return real;
    }
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => real(folder).join(name),
        _ => path,
    }
}

/// Where threads get their inputs from.
struct Source {
    lister: Lister,
    chosen: Chosen,
    shard: Option<Shard>,
    turn: u64,
}

impl Source {
    fn next(&mut self) -> Option<(u64, Task)> {
        let Source { lister, chosen, shard, turn } = self;
        let ours = |task: &Task| shard.is_none_or(|shard| shard.takes(&task.below)) && chosen.takes(&task.path);
        let task = lister.find(ours)?;
        *turn += 1;
        Some((*turn - 1, task))
    }
}

/// As much memory as a thread keeps from one input for the next.
const ROOM: usize = 1 << 20;

struct Run<'r> {
    job: &'r Job,
    each: &'r (dyn Fn(&Outcome) + Sync),
    cancel: &'r Cancel,
    pages: Option<Pages>,
    sink: Sink,
    manifest: Option<Manifest>,
    source: Mutex<Source>,
    state: Mutex<Summary>,
    /// Set when no further input shall be begun.
    over: AtomicBool,
}

impl Run<'_> {
    fn threads(&self) {
        let usual = || thread::available_parallelism().map_or(1, NonZero::get);
        let threads = self.job.threads.map_or_else(usual, NonZero::get);
        thread::scope(|scope| {
            for _ in 0..threads {
                let thread = thread::Builder::new().name(super::THREAD.to_owned());
                // Fewer threads do the same; the last resort is this one.
                if thread.spawn_scoped(scope, || self.work()).is_err() {
                    break;
                }
            }
        });
        self.work();
    }

    fn state(&self) -> MutexGuard<'_, Summary> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes inputs until there are none, or until it is over.
    fn work(&self) {
        let mut room = Room::at_most(ROOM);
        while !self.over.load(Ordering::Relaxed) && !self.cancel.is_cancelled() {
            let next = self.source.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((turn, task)) = next else { return };
            // A list that was cut short may have named its outputs otherwise.
            if self.cancel.is_cancelled() {
                return self.stop(End::Cancelled);
            }
            if let Err(finding) = self.one(&mut room, turn, task) {
                self.stop(End::Stopped(file(finding)));
            }
        }
    }

    fn one(&self, room: &mut Room, turn: u64, task: Task) -> Result<(), Finding> {
        if self.job.resume != Resume::No {
            self.sink.clean(Place { index: task.index, turn, path: &task.output });
        }
        let tools = Tools { job: self.job, pages: self.pages.as_ref(), sink: &self.sink, room };
        let outcome = work(tools, task, turn)?;
        if let Some(manifest) = &self.manifest {
            let path = self.job.manifest.as_deref().unwrap_or(Path::new(""));
            let written = manifest.append(&Line::of(&outcome));
            written.map_err(|error| files::about(files::unwritable("the manifest", &error), path))?;
        }
        self.state().add(&outcome, self.job.deny);
        (self.each)(&outcome);
        if self.job.fail_fast && outcome.is_bad() {
            self.stop(End::FailedFast);
        }
        Ok(())
    }

    /// The first reason to stop counts.
    fn stop(&self, end: End) {
        let mut state = self.state();
        if matches!(state.end, End::Whole) {
            state.end = end;
        }
        self.over.store(true, Ordering::Relaxed);
        self.sink.give_up();
    }

    fn end(self) -> Summary {
        let Run { sink, manifest, state, cancel, source, .. } = self;
        let mut summary = state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut source = source.into_inner().unwrap_or_else(PoisonError::into_inner);
        if matches!(summary.end, End::Whole) && cancel.is_cancelled() && source.next().is_some() {
            summary.end = End::Cancelled;
        }
        drop(manifest);
        if matches!(summary.end, End::Whole)
            && let Err(finding) = sink.finish()
        {
            summary.end = End::Stopped(file(finding));
        }
        summary
    }
}
