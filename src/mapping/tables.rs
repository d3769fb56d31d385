//! All tables that a conversion runs on: the built-in ones, or those with files of the user's laid over them.

use std::sync::{Arc, LazyLock, OnceLock};

use super::compile::compile;
use super::expand::expand;
use super::notation::Sheet;
use super::parse::parse;
use super::plan::Plan;
use super::structure::Structure;
use crate::error::Error;
use crate::finding::{self, Finding};
use crate::place::Place;
use crate::target::{PROFILES, Profile, TARGETS, Target, Targets};
use crate::term::Terms;

/// A syntax: its tables, its schema, and the plans made of them when they are first needed.
pub(crate) struct Syntax {
    pub(crate) name: &'static str,
    texts: Vec<(String, Arc<str>)>,
    structure: fn() -> &'static Structure,
    sheets: OnceLock<Result<Vec<Sheet>, Vec<Finding>>>,
    plans: Vec<OnceLock<Result<Arc<Plan>, Vec<Finding>>>>,
}

/// The terms of the model and the mapping tables of every syntax.
///
/// Built once and shared: `Tables` is what `--mappings DIR` changes.
pub struct Tables {
    pub(crate) terms: Arc<Terms>,
    pub(crate) syntaxes: Vec<Syntax>,
    pub(crate) targets: Arc<Targets>,
    extra: Vec<(String, Arc<str>)>,
    hash: OnceLock<String>,
}

struct BuiltIn {
    name: &'static str,
    kinds: usize,
    structure: fn() -> &'static Structure,
    files: &'static [(&'static str, &'static str)],
}

const BUILT_IN: &[BuiltIn] = &[
    BuiltIn {
        name: "cii",
        kinds: 1,
        structure: Structure::cii,
        files: &[
            ("mappings/cii.map", include_str!("../../mappings/cii.map")),
            ("mappings/cii-beyond.map", include_str!("../../mappings/cii-beyond.map")),
        ],
    },
    BuiltIn {
        name: "ubl",
        kinds: 2,
        structure: Structure::ubl,
        files: &[
            ("mappings/ubl.map", include_str!("../../mappings/ubl.map")),
            ("mappings/ubl-beyond.map", include_str!("../../mappings/ubl-beyond.map")),
        ],
    },
    BuiltIn {
        name: "zugferd1",
        kinds: 1,
        structure: Structure::zugferd1,
        files: &[
            ("mappings/zugferd1.map", include_str!("../../mappings/zugferd1.map")),
            ("mappings/zugferd1-beyond.map", include_str!("../../mappings/zugferd1-beyond.map")),
        ],
    },
];

static STANDARD: LazyLock<Arc<Tables>> = LazyLock::new(|| Arc::new(Tables::built_in(Arc::clone(Terms::standard()))));

impl Tables {
    /// The tables that come with this version.
    pub fn standard() -> &'static Arc<Tables> {
        &STANDARD
    }

    fn built_in(terms: Arc<Terms>) -> Tables {
        let syntaxes = BUILT_IN.iter().map(|syntax| Syntax {
            name: syntax.name,
            texts: syntax.files.iter().map(|(file, text)| ((*file).to_owned(), Arc::from(*text))).collect(),
            structure: syntax.structure,
            sheets: OnceLock::new(),
            plans: (0..syntax.kinds).map(|_| OnceLock::new()).collect(),
        });
        let targets = Arc::clone(Targets::standard());
        Tables { terms, syntaxes: syntaxes.collect(), targets, extra: Vec::new(), hash: OnceLock::new() }
    }

    /// The built-in tables with more laid over them: files of terms (`*.terms`), of rows (`*.map`) and of targets
    /// (`*.targets`), by name and text. A `map NAME` replaces the built-in table of that name, an `overlay NAME` adds to
    /// it; a target or rules of a name that is there already take its place.
    ///
    /// # Errors
    /// Every problem of the tables, with line and column.
    pub fn with(files: &[(String, String)]) -> Result<Tables, Vec<Finding>> {
        let mut terms = Arc::clone(Terms::standard());
        for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".terms")) {
            terms = Arc::new(terms.extended(text, name)?);
        }
        let mut tables = Tables::built_in(terms);
        for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".map")) {
            tables.add(name, text)?;
        }
        for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".targets")) {
            let (targets, problems) = tables.targets.extended(text, name, &tables.terms);
            if !problems.is_empty() {
                return Err(problems);
            }
            tables.targets = Arc::new(targets);
        }
        tables.extra = files.iter().map(|(name, text)| (name.clone(), Arc::from(text.as_str()))).collect();
        let problems = tables.problems();
        if problems.is_empty() { Ok(tables) } else { Err(problems) }
    }

    /// The targets there are: what `Target::named` takes, what each states and requires.
    pub fn profiles(&self) -> Vec<Profile> {
        self.targets.profiles()
    }

    /// A target by name, as [`Target::named`] gives it, out of these tables.
    ///
    /// # Errors
    /// As [`Target::named`].
    pub fn target(&self, name: &str) -> Result<Target, Error> {
        Target::of(name, &self.targets)
    }

    fn add(&mut self, name: &str, text: &str) -> Result<(), Vec<Finding>> {
        let sheet = parse(text, name)?;
        let Some(syntax) = self.syntaxes.iter_mut().find(|syntax| *syntax.name == sheet.name) else {
            let known: Vec<&str> = BUILT_IN.iter().map(|syntax| syntax.name).collect();
            let finding = Finding::new(finding::TABLE_NAME, "a table is for a syntax that is not known")
                .at(Place::at(name, 1, 1))
                .found(sheet.name)
                .expected(known.join(" or "));
            return Err(vec![finding]);
        };
        if !sheet.overlay {
            syntax.texts.remove(0);
            syntax.texts.insert(0, (name.to_owned(), Arc::from(text)));
        } else {
            syntax.texts.push((name.to_owned(), Arc::from(text)));
        }
        Ok(())
    }

    /// Everything that is wrong with the tables, in order.
    pub(crate) fn problems(&self) -> Vec<Finding> {
        let mut problems = Vec::new();
        for syntax in &self.syntaxes {
            for kind in 0..syntax.plans.len() {
                match syntax.plan(kind, &self.terms) {
                    Ok(plan) => problems.extend(super::lint::lint(plan, &self.terms, (syntax.structure)())),
                    Err(more) => problems.extend(more.iter().cloned()),
                }
            }
        }
        // A row of a definition is told about once, however often and in however many kinds of documents it is used.
        let key = |problem: &Finding| {
            let place = problem.place.as_ref().map(|place| (place.file.clone(), place.line, place.column));
            (place, problem.code.clone(), problem.message.clone())
        };
        problems.sort_by_cached_key(key);
        problems.dedup_by_key(|problem| key(problem));
        problems
    }

    /// The plan of one kind of document of a syntax.
    pub(crate) fn plan(&self, syntax: &str, kind: usize) -> Result<&Arc<Plan>, Vec<Finding>> {
        let found = self.syntaxes.iter().find(|known| known.name == syntax);
        match found {
            Some(found) => found.plan(kind, &self.terms).map_err(<[Finding]>::to_vec),
            None => Err(vec![Finding::new(finding::TABLE_NAME, "no table for this syntax").found(syntax)]),
        }
    }

    /// The syntax and kind of document of this name and root element; without a root, the first kind.
    pub(crate) fn kind(&self, syntax: &str, root: Option<&str>) -> Option<(&'static str, usize)> {
        let syntax = self.syntaxes.iter().find(|known| known.name == syntax)?;
        let has_root = |kind: &usize| match (root, syntax.plan(*kind, &self.terms)) {
            (Some(root), Ok(plan)) => plan.root_name() == root,
            _ => root.is_none(),
        };
        (0..syntax.plans.len()).find(has_root).map(|kind| (syntax.name, kind))
    }

    /// Every kind of document, for messages: `cii, CrossIndustryInvoice; …`.
    pub(crate) fn kinds(&self) -> String {
        let kinds = self.syntaxes.iter().flat_map(|syntax| (0..syntax.plans.len()).map(move |kind| (syntax, kind)));
        let named = kinds.filter_map(|(syntax, kind)| Some((syntax.name, syntax.plan(kind, &self.terms).ok()?)));
        named.map(|(syntax, plan)| format!("{syntax}, {}", plan.root_name())).collect::<Vec<_>>().join("; ")
    }

    /// SHA-256 over all tables, as hexadecimal digits: which tables a report was made with.
    pub fn hash(&self) -> &str {
        self.hash.get_or_init(|| {
            let texts = self.terms.texts().iter().map(|text| &**text);
            let maps = self.syntaxes.iter().flat_map(|syntax| syntax.texts.iter().map(|(_, text)| &**text));
            let own = self.extra.iter().filter(|(name, _)| name.ends_with(".targets")).map(|(_, text)| &**text);
            let others = [TARGETS, PROFILES, include_str!("../../mappings/doubts.table")].into_iter().chain(own);
            let parts: Vec<&[u8]> = texts.chain(maps).chain(others).map(str::as_bytes).collect();
            crate::hash::sha256_of(&parts)
        })
    }
}

impl Syntax {
    fn sheets(&self) -> Result<&[Sheet], &[Finding]> {
        let sheets = self.sheets.get_or_init(|| {
            let mut sheets = Vec::new();
            let mut problems = Vec::new();
            for (file, text) in &self.texts {
                match parse(text, file) {
                    Ok(sheet) => sheets.push(sheet),
                    Err(more) => problems.extend(more),
                }
            }
            if problems.is_empty() { Ok(sheets) } else { Err(problems) }
        });
        sheets.as_deref().map_err(Vec::as_slice)
    }

    /// The plan of one kind of document, made when it is first asked for.
    pub(crate) fn plan(&self, kind: usize, terms: &Terms) -> Result<&Arc<Plan>, &[Finding]> {
        let plan = self.plans[kind].get_or_init(|| {
            let sheets = self.sheets().map_err(<[Finding]>::to_vec)?;
            let structure = (self.structure)();
            let items = expand(sheets, kind, terms, structure)?;
            compile(&sheets[0], kind, &items, terms, structure).map(Arc::new)
        });
        plan.as_ref().map_err(Vec::as_slice)
    }
}
