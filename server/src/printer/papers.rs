//! Which of the printer's papers a layout is printed on.

use crate::config::{LayoutSettings, PrinterSettings};
use boothpay_layouts::{Layouts, OFFERED_MAX, Size, Template};
use std::collections::BTreeSet;

impl PrinterSettings {
    /// The paper of a layout; empty when nobody knows the layout any more.
    pub(crate) fn media_of(&self, layout: Option<&Template>) -> String {
        layout.map_or_else(String::new, |template| self.media_for(template.size).to_owned())
    }

    /// The papers of the layouts that customers choose from, as they are at the start.
    pub(crate) fn papers(&self, layouts: &LayoutSettings) -> BTreeSet<String> {
        let all = Layouts::read(&layouts.folder);
        let offered = all.templates.iter().filter(|template| !layouts.not_offered.contains(&template.id));
        let names = offered.take(OFFERED_MAX).map(|template| self.media_for(template.size).to_owned());
        names.filter(|name| !name.is_empty()).collect()
    }

    fn media_for(&self, size: Size) -> &str {
        match size {
            Size::TwoBySix if !self.media_strips.is_empty() => &self.media_strips,
            Size::FourBySix | Size::SixByFour | Size::TwoBySix => &self.media_4x6,
            Size::SixByEight | Size::EightBySix => &self.media_6x8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PrinterPlace;
    use crate::printer::wire::PrinterAddress;
    use boothpay_layouts::Papers;
    use boothpay_protocol::time::SpanMs;

    #[test]
    fn the_papers_are_those_of_the_layouts_that_are_offered() {
        let printer = PrinterSettings {
            at: PrinterPlace::Ipp {
                queue: PrinterAddress::parse("ipp://127.0.0.1:9/").unwrap(),
                device: None,
                certificate: None,
            },
            sheet: SpanMs::seconds(3),
            media_4x6: "small".to_owned(),
            media_6x8: "big".to_owned(),
            media_strips: String::new(),
            roll_sheets: 0,
            low_at: 20,
        };
        let papers = |not_offered: &[&str]| {
            let not_offered = not_offered.iter().map(|&id| id.to_owned()).collect();
            printer.papers(&LayoutSettings { folder: "no-such-folder".into(), not_offered, papers: Papers::default() })
        };
        let named = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(papers(&["large"]), named(&["small"]));
        assert_eq!(papers(&[]), named(&["big", "small"]));
        assert_eq!(papers(&["single", "strip", "grid"]), named(&["big"]));
    }
}
