//! `boothpay admin`: the way into the owner's panel, for whoever has lost it. Works beside a running server.

use crate::out::say;
use crate::serve::{browser_address, from_elsewhere};
use crate::settings::{self, Choice};
use anyhow::{Context, Result, bail};
use boothpay_protocol::panel::{AdminName, LINK_LIFETIME};
use boothpay_server::clock::Clock;
use boothpay_server::config::{PanelReach, Settings};
use boothpay_server::panel::{self, NewLink};
use boothpay_store::Store;
use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum AdminCommand {
    /// Print a one-time link by which a password of the owner's panel is set anew.
    ///
    /// It works once, within a day; a link that was made before is void. Whoever uses it is let in, and all other browsers of that
    /// person are out; a second step at login is off then, so this is also the way for who has lost his phone. Until then all stays as it is.
    Reset {
        /// Whose password. A name that nobody has yet becomes another owner.
        #[arg(default_value = "owner")]
        name: String,
    },
}

/// Opens the database of the settings and does what is asked.
pub(crate) fn run(choice: &Choice, command: AdminCommand) -> Result<()> {
    let AdminCommand::Reset { name } = command;
    let settings = settings::checked(choice)?;
    settings::existing(&settings.database)?;
    if settings.panel.reach == PanelReach::Off {
        bail!("the owner's panel is switched off: admin.panel = \"off\"");
    }
    let name = AdminName::parse(&name).with_context(|| format!("the name {name:?}"))?;
    let store = Store::open(&settings.database)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let NewLink { path, is_new_person } = runtime.block_on(panel::new_link(&store, &Clock::System, &name))?;
    tell(&settings, &name, &path);
    if is_new_person {
        say!();
        say!(
            "\"{name}\" is new: nobody had that name before, and the link makes another owner, who may do everything."
        );
        say!("If you mistyped a name, do not open it, and remove \"{name}\" on the panel's page \"People\".");
    }
    Ok(())
}

fn tell(settings: &Settings, name: &AdminName, path: &str) {
    say!("{}{path}", browser_address(settings.listen));
    say!();
    say!("Open this once within {} hours to set the password of \"{name}\".", hours());
    say!("{}", from_elsewhere(settings.listen, path));
    say!("A code from a phone is not asked for: the second step at login, if it was on, is off from then on.");
}

/// Hours for which a link works.
pub(crate) const fn hours() -> i64 {
    LINK_LIFETIME.ms() / 3_600_000
}
