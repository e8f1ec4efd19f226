//! How many photos a session asks its customer for, and how many it takes: the bot says what the booth's screen says.

use crate::app::App;
use boothpay_protocol::photos::Session;

/// Numbers of photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// How many are wanted.
    pub(crate) wanted: u32,
    /// How many may come.
    pub(crate) most: u32,
}

/// A layout that was chosen at the booth's screen has so many places, and no more are used. Where there is none, or it cannot be read
/// now, the settings say it.
pub(crate) async fn asked(app: &App, session: Option<&Session>) -> Asked {
    let settings = Asked { wanted: app.settings.photos.wanted, most: app.settings.photos.most };
    let Some(choice) = session.and_then(|session| session.choice.as_ref()) else { return settings };
    let template = app.photos.layout(app.settings.layouts.folder.clone(), choice.layout.clone()).await.flatten();
    let shots = template.and_then(|template| u32::try_from(template.shots).ok());
    shots.map_or(settings, |shots| Asked { wanted: shots, most: shots })
}
