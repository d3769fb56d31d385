//! `einv profiles`: the targets there are.

use anstream::ColorChoice;
use einv::{Profile, Tables};

use super::args::Profiles;
use super::choices::ListForm;
use super::exit::{Exit, Stop};
use super::files;
use super::job;
use super::render::{Show, Sources};

/// Runs the command.
pub(crate) fn run(args: &Profiles, color: ColorChoice) -> Exit {
    let show = Show::new(super::choices::Form::Human, color);
    let mut sources = Sources::default();
    let result = list(args, &mut sources);
    result.unwrap_or_else(|stop| show.stop(&stop, &sources))
}

fn list(args: &Profiles, sources: &mut Sources) -> Result<Exit, Stop> {
    let profiles = match &args.mappings {
        Some(folder) => job::tables(folder, sources)?.profiles(),
        None => Tables::standard().profiles(),
    };
    files::print(&match args.format {
        ListForm::Text => text(&profiles),
        ListForm::Json => serde_json::to_string_pretty(&profiles).unwrap_or_default(),
    })
}

/// A block for each: what to say, what it is, what it states and requires.
fn text(profiles: &[Profile]) -> String {
    let mut text = String::new();
    for profile in profiles {
        let format =
            if profile.file.is_some() { format!("{}|facturx", profile.format) } else { profile.format.clone() };
        text += &format!("--to {format} --profile {}: {}\n", profile.profile, profile.name);
        text += &format!("    BT-24     {}\n", profile.specification);
        for (head, value) in [("BT-23", &profile.process), ("edition", &profile.edition)] {
            if let Some(value) = value {
                text += &format!("    {head:<9} {value}\n");
            }
        }
        if let (Some(file), Some(level), Some(how)) = (&profile.file, &profile.level, &profile.relationship) {
            text += &format!("    {:<9} {file}, {level}, {how}\n", "PDF");
        }
        for (head, ids) in [("requires", &profile.requires), ("without", &profile.without)] {
            for (number, line) in wrapped(ids).iter().enumerate() {
                text += &format!("    {:<9} {line}\n", if number == 0 { head } else { "" });
            }
        }
    }
    text += "--to ubl|cii|facturx --profile same: BT-24 stays as it is\n";
    text
}

/// Ids in lines of no more than 100 characters.
fn wrapped(ids: &[String]) -> Vec<String> {
    const WIDTH: usize = 86;
    let mut lines: Vec<String> = Vec::new();
    for id in ids {
        match lines.last_mut() {
            Some(line) if line.len() + id.len() + 2 <= WIDTH => line.push_str(&format!(", {id}")),
            Some(line) => {
                line.push(',');
                lines.push(id.clone());
            }
            None => lines.push(id.clone()),
        }
    }
    lines
}
