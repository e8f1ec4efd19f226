//! `boothpay layout`: what an owner does with templates of prints: lists them, checks one, sees it drawn. Needs no database and no
//! running server, and works while the rest of the settings is not finished.

use crate::files;
use crate::out::{self, say};
use crate::settings::{self, Choice};
use anyhow::{Context, Result, bail};
use boothpay_layouts::{
    Fault, Layouts, Look, OFFERED_MAX, Papers, Refused, Sheet, Size, Template, Words, calibration, compose, read_file,
};
use boothpay_server::config::{Finding, LayoutSettings, Weight};
use clap::Subcommand;
use std::path::{Path, PathBuf};

/// What stands for an order's number when there is none.
const EXAMPLE_ORDER: &str = "A7K2 M3PX";

#[derive(Subcommand)]
pub(crate) enum LayoutCommand {
    /// Print the layouts that there are: those that are built in and those of the folder.
    List,
    /// Say what is wrong with a template and what to do.
    Check {
        /// The template: a TOML file.
        file: PathBuf,
    },
    /// Draw a template as it would be printed, with pictures of your own.
    Draw {
        /// The template: a TOML file, or the name of a layout.
        template: String,
        /// The shots, JPEG or PNG, in their order. One stands for all that are missing.
        #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
        pictures: Vec<PathBuf>,
        /// Where it goes: a .png or .jpg file.
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
        /// What is made of the colours: colour, bw, sepia, warm, cool or faded.
        #[arg(long, default_value = "colour")]
        look: String,
        /// Also draw what the printer may cut off, and where a strip is cut.
        #[arg(long)]
        margin: bool,
    },
    /// Draw a page that shows how much your printer cuts off and whether it scales.
    Calibration {
        /// The size of the paper: 4x6, 6x4, 6x8 or 8x6.
        #[arg(default_value = "4x6")]
        size: String,
        /// Where it goes: a .png or .jpg file.
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
}

pub(crate) fn run(choice: &Choice, command: LayoutCommand) -> Result<()> {
    let loaded = settings::load(choice);
    let ours = loaded.judged.outside.layouts.clone();
    let papers = ours.as_ref().map_or_else(Papers::default, |ours| ours.papers.clone());
    let name = loaded.judged.settings.as_ref().map_or("Photobooth", |settings| settings.booth.name.as_str());
    match command {
        LayoutCommand::List => list(ours.as_ref(), &papers),
        LayoutCommand::Check { file } => {
            let template = read_file(&file).map_err(|faults| refusal(&file.display().to_string(), &faults))?;
            say!("{} is a layout: {}", file.display(), in_words(&template, &papers));
            Ok(())
        }
        LayoutCommand::Draw { template, pictures, out, look, margin } => {
            let template = find(&template, ours.as_ref())?;
            let words: Vec<&str> = Look::ALL.iter().map(|look| look.word()).collect();
            let look = Look::from_word(&look).with_context(|| format!("--look is one of {}", words.join(", ")))?;
            let given = pictures.iter().map(|file| files::read(file)).collect::<Result<Vec<_>>>()?;
            // A template is looked at with the pictures that are at hand.
            let shots: Vec<&[u8]> =
                given.iter().cycle().take(template.shots.max(given.len())).map(Vec::as_slice).collect();
            let date = jiff::Zoned::now().strftime("%d.%m.%Y").to_string();
            let words = Words { date: &date, order: EXAMPLE_ORDER, booth: name };
            let mut sheet = compose(&template, &shots, look, words, &papers)?;
            if margin {
                sheet.mark_margin(&papers);
            }
            write(&sheet, &out)
        }
        LayoutCommand::Calibration { size, out } => {
            let size = Size::from_word(&size).context("the size is 4x6, 6x4, 6x8 or 8x6")?;
            write(&calibration(size, &papers), &out)
        }
    }
}

fn list(ours: Option<&LayoutSettings>, papers: &Papers) -> Result<()> {
    let Some(ours) = ours else { bail!("the settings of [layouts] cannot be used; `boothpay check` says why") };
    let all = Layouts::read(&ours.folder);
    for template in &all.templates {
        let hidden = if ours.not_offered.contains(&template.id) { "; not offered (layouts.not_offered)" } else { "" };
        say!("{:<12} {}{hidden}", template.id, in_words(template, papers));
    }
    say!("\nTemplates of your own go into {}", ours.folder.display());
    for finding in findings(&all, ours) {
        out::complain(format_args!("{}", finding.advice));
    }
    Ok(())
}

/// What is wrong in the folder, for the owner. The booth goes on with the other layouts, so these are remarks.
pub(crate) fn findings(all: &Layouts, ours: &LayoutSettings) -> Vec<Finding> {
    let mut findings = Vec::new();
    for Refused { file, faults } in &all.refused {
        for fault in faults {
            findings.push(settings::finding(Weight::Remark, "layouts.folder", format!("{file}: {fault}")));
        }
    }
    let unknown = ours.not_offered.iter().filter(|id| all.one(id).is_none());
    for id in unknown {
        let advice = format!("there is no layout \"{id}\"; `boothpay layout list` names them");
        findings.push(settings::finding(Weight::Remark, "layouts.not_offered", advice));
    }
    if all.templates.iter().all(|template| ours.not_offered.contains(&template.id)) {
        let advice =
            "no layout is offered, so a booth that takes pictures cannot sell; take a name away here".to_owned();
        findings.push(settings::finding(Weight::Remark, "layouts.not_offered", advice));
    }
    let offered = all.templates.iter().filter(|template| !ours.not_offered.contains(&template.id));
    let too_many: Vec<&str> = offered.skip(OFFERED_MAX).map(|template| template.id.as_str()).collect();
    if !too_many.is_empty() {
        let advice = format!(
            "the screen has room for {OFFERED_MAX} layouts, so {} is not shown; name here what is not to be offered",
            too_many.join(", ")
        );
        findings.push(settings::finding(Weight::Remark, "layouts.not_offered", advice));
    }
    findings
}

fn find(template: &str, ours: Option<&LayoutSettings>) -> Result<Template> {
    let file = Path::new(template);
    if file.extension().is_some() || file.exists() {
        return read_file(file).map_err(|faults| refusal(template, &faults));
    }
    let folder = ours.map_or_else(|| PathBuf::from("layouts"), |ours| ours.folder.clone());
    let all = Layouts::read(&folder);
    let is_it = |refused: &&Refused| Path::new(&refused.file).file_stem().is_some_and(|stem| stem == template);
    if let Some(Refused { file, faults }) = all.refused.iter().find(is_it) {
        return Err(refusal(file, faults));
    }
    all.one(template)
        .cloned()
        .with_context(|| format!("there is no layout \"{template}\"; `boothpay layout list` names them"))
}

fn refusal(file: &str, faults: &[Fault]) -> anyhow::Error {
    let lines: Vec<String> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    anyhow::anyhow!("{file} is no layout:{}", lines.concat())
}

fn in_words(template: &Template, papers: &Papers) -> String {
    let sheet = template.sheet(papers);
    let shots = if template.shots == 1 { "1 shot".to_owned() } else { format!("{} shots", template.shots) };
    let twice = if template.size.on_a_sheet() > 1 { ", twice on a sheet" } else { "" };
    format!(
        "{} ({}), {}{twice}, {shots}, {} x {} pixels",
        template.names.en,
        template.names.ru,
        template.size.word(),
        sheet.width,
        sheet.height
    )
}

fn write(sheet: &Sheet, to: &Path) -> Result<()> {
    let end = to.extension().and_then(|end| end.to_str()).unwrap_or_default().to_lowercase();
    let bytes = match end.as_str() {
        "png" => sheet.png()?,
        "jpg" | "jpeg" => sheet.jpeg()?,
        _ => bail!("{} ends in neither .png nor .jpg", to.display()),
    };
    std::fs::write(to, bytes).map_err(|error| anyhow::anyhow!("{}", files::unwritable(to, &error)))?;
    say!("{}: {} x {} pixels, {} an inch", to.display(), sheet.pixels.width(), sheet.pixels.height(), sheet.dpi);
    Ok(())
}
