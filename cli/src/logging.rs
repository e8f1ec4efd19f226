//! The log goes to the standard error output: lines for people, or JSON for machines.

use anyhow::{Result, anyhow};
use boothpay_server::config::{LogFormat, LogSettings};
use tracing_subscriber::EnvFilter;

/// Starts the log. Our own lines at the level set; the libraries' only when something is wrong.
pub(crate) fn start(settings: &LogSettings) -> Result<()> {
    let level = &settings.level;
    let ours = ["boothpay", "boothpay_server", "boothpay_store", "boothpay_sandbox"];
    let directives: Vec<String> = ours.iter().map(|name| format!("{name}={level}")).collect();
    let filter = EnvFilter::try_new(format!("warn,{}", directives.join(",")))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match settings.format {
        LogFormat::Plain => log.event_format(plain::Plain).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow!("the log cannot be started: {error}"))
}

mod plain {
    //! A line for people: when, how serious, what. The fields are for machines and stay out, except an error's cause.

    use std::fmt;
    use tracing::field::{Field, Visit};
    use tracing::{Event, Subscriber};
    use tracing_subscriber::fmt::format::Writer;
    use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
    use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
    use tracing_subscriber::registry::LookupSpan;

    pub(super) struct Plain;

    #[derive(Default)]
    struct Line {
        message: String,
        error: Option<String>,
    }

    impl Visit for Line {
        fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
            match field.name() {
                "message" => self.message = format!("{value:?}"),
                "error" => self.error = Some(format!("{value:?}")),
                _ => {}
            }
        }
    }

    impl<S, N> FormatEvent<S, N> for Plain
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
        N: for<'a> FormatFields<'a> + 'static,
    {
        fn format_event(&self, _: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
            let mut line = Line::default();
            event.record(&mut line);
            SystemTime.format_time(&mut out)?;
            write!(out, " {:>5}  {}", event.metadata().level(), one_line(&line.message))?;
            if let Some(error) = line.error {
                write!(out, ": {}", one_line(&error))?;
            }
            writeln!(out)
        }
    }

    /// What came from outside must not look like a line of ours.
    fn one_line(text: &str) -> String {
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    }
}
