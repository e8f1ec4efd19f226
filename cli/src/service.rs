//! `boothpay service`: the server as a service of Windows. It starts with the computer, before anybody logs on, and again when it
//! ended by itself. It runs as LocalService, a user of the system that may do next to nothing, and gets the right to write into the
//! folder of the settings.

use crate::out::say;
use crate::settings::{self, Choice};
use crate::{process, serve, signal};
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use windows_service::service::{
    ServiceAccess, ServiceAction, ServiceActionType, ServiceControl, ServiceControlAccept, ServiceErrorControl,
    ServiceExitCode, ServiceFailureActions, ServiceFailureResetPeriod, ServiceInfo, ServiceStartType, ServiceState,
    ServiceStatus, ServiceType,
};
use windows_service::service_control_handler::{self, ServiceControlHandlerResult, ServiceStatusHandle};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};
use windows_service::{define_windows_service, service_dispatcher};

/// The service's name, also the one that is shown.
const NAME: &str = "Boothpay";

/// What helps where Windows refuses to change a service.
const BUSY: &str = "close services.msc and the Task Manager, try again, and if that does not help restart the computer";

/// The system and the administrators, as Windows names them in every language.
const SYSTEM_SID: &str = "*S-1-5-18";
const ADMINISTRATORS_SID: &str = "*S-1-5-32-544";

/// The user that it runs as, and the same as Windows names it in every language.
const USER: &str = r"NT AUTHORITY\LocalService";
const USER_SID: &str = "*S-1-5-19";

/// How long after it ended by itself the service is started again.
const RESTARTED_AFTER: Duration = Duration::from_secs(5);

/// After how long without trouble earlier trouble is forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// How long the service may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked whether it has.
const LOOKED_EVERY: Duration = Duration::from_millis(200);

/// The file beside the settings that says why the service did not start: it has no window to say it in.
const TROUBLE: &str = "boothpay-trouble.txt";

/// The settings of the service that this process is.
static CHOICE: OnceLock<Choice> = OnceLock::new();

/// Where Windows hears how the service that this process is stands.
static STATUS: OnceLock<ServiceStatusHandle> = OnceLock::new();

#[derive(Subcommand)]
pub(crate) enum ServiceCommand {
    /// Install the server as a service, with the settings file named by --config, and start it. Needs an administrator.
    Install,
    /// Stop the service and take it out again. The database, the settings and the backups stay.
    Uninstall,
    /// Start the service.
    Start,
    /// Stop the service: calls under way are finished first.
    Stop,
    /// What Windows starts. Nobody else can.
    #[command(hide = true)]
    Run,
}

/// Does what is asked.
pub(crate) fn run(choice: &Choice, command: &ServiceCommand) -> Result<()> {
    match command {
        ServiceCommand::Install => install(choice),
        ServiceCommand::Uninstall => uninstall(),
        ServiceCommand::Start => {
            start_it()?;
            say!("The service {NAME} runs.");
            Ok(())
        }
        ServiceCommand::Stop => {
            stop_it()?;
            say!("The service {NAME} is stopped.");
            Ok(())
        }
        ServiceCommand::Run => {
            let _ = CHOICE.set(choice.clone());
            service_dispatcher::start(NAME, entry)
                .context("only Windows starts this, as the service; to run the server by hand: boothpay serve")
        }
    }
}

/// Starts the service; returns when it runs.
pub(crate) fn start_it() -> Result<()> {
    let service = open(ServiceAccess::START | ServiceAccess::QUERY_STATUS)?;
    // Asked for also where it is said to run: of a process that was killed it may be said for a while.
    let started = service.start::<&OsStr>(&[]);
    if !started.as_ref().is_err_and(runs_already) {
        started.with_context(|| {
            format!("the service cannot be started; {TROUBLE} beside the settings, and the log, say why")
        })?;
    }
    wait_for(&service, ServiceState::Running)
}

/// Windows' ERROR_SERVICE_ALREADY_RUNNING.
fn runs_already(error: &windows_service::Error) -> bool {
    matches!(error, windows_service::Error::Winapi(error) if error.raw_os_error() == Some(1056))
}

/// Stops the service; returns when it has ended.
pub(crate) fn stop_it() -> Result<()> {
    stop(&open(ServiceAccess::STOP | ServiceAccess::QUERY_STATUS)?)
}

/// Whether there is a service that starts this program.
pub(crate) fn runs(program: &Path) -> bool {
    let Ok(service) = open(ServiceAccess::QUERY_CONFIG) else { return false };
    // What is kept is a line with the arguments.
    let line = service.query_config().map(|config| config.executable_path.to_string_lossy().to_lowercase());
    line.is_ok_and(|line| line.contains(&program.to_string_lossy().to_lowercase()))
}

fn install(choice: &Choice) -> Result<()> {
    let loaded = settings::load(choice);
    let Some(file) = &loaded.file else {
        bail!("name the settings file that the service is to read: boothpay --config FILE service install");
    };
    if loaded.judged.settings.is_none() {
        bail!("{}", loaded.refusal());
    }
    grant(&loaded.folder)?;
    let manager = manager(ServiceManagerAccess::CONNECT | ServiceManagerAccess::CREATE_SERVICE)?;
    let info = ServiceInfo {
        name: NAME.into(),
        display_name: NAME.into(),
        service_type: ServiceType::OWN_PROCESS,
        start_type: ServiceStartType::AutoStart,
        error_control: ServiceErrorControl::Normal,
        executable_path: process::own_file()?,
        launch_arguments: ["--config".into(), file.clone().into_os_string(), "service".into(), "run".into()].into(),
        dependencies: Vec::new(),
        account_name: Some(USER.into()),
        account_password: None,
    };
    let access = ServiceAccess::CHANGE_CONFIG | ServiceAccess::START | ServiceAccess::QUERY_STATUS;
    let service = match manager.open_service(NAME, access) {
        Ok(service) => {
            service.change_config(&info).context(format!("the service that is there cannot be changed; {BUSY}"))?;
            service
        }
        Err(_) => manager.create_service(&info, access).context(format!("the service cannot be made; {BUSY}"))?,
    };
    service
        .set_description("Payments of the photobooth: Payme, Click, Uzum")
        .context(format!("its description cannot be set; {BUSY}"))?;
    let again = ServiceAction { action_type: ServiceActionType::Restart, delay: RESTARTED_AFTER };
    service
        .update_failure_actions(ServiceFailureActions {
            reset_period: ServiceFailureResetPeriod::After(FORGOTTEN_AFTER),
            reboot_msg: None,
            command: None,
            actions: Some(vec![again.clone(), again.clone(), again]),
        })
        .and_then(|()| service.set_failure_actions_on_non_crash_failures(true))
        // A service that is not started again by itself is better than none.
        .unwrap_or_else(|error| say!("Windows did not take that the service is started again when it ended: {error}"));
    if service.query_status().is_ok_and(|status| status.current_state == ServiceState::Stopped) {
        service.start::<&OsStr>(&[]).context(format!(
            "the service is installed, but cannot be started; {TROUBLE} beside the settings, and the log, say why"
        ))?;
    }
    wait_for(&service, ServiceState::Running)?;
    say!("The service {NAME} is installed and runs, with the settings {}.", file.display());
    if loaded.judged.settings.is_some_and(|settings| settings.log.file.is_none()) {
        say!("Its log is kept nowhere: set file = \"log/boothpay.log\" in [log], then stop and start the service.");
    }
    Ok(())
}

fn uninstall() -> Result<()> {
    let service = open(ServiceAccess::STOP | ServiceAccess::QUERY_STATUS | ServiceAccess::DELETE)?;
    stop(&service)?;
    service.delete().context(format!("the service cannot be taken out; {BUSY}"))?;
    say!("The service {NAME} is gone. The database, the settings and the backups are where they were.");
    Ok(())
}

fn manager(access: ServiceManagerAccess) -> Result<ServiceManager> {
    ServiceManager::local_computer(None::<&str>, access)
        .context("Windows does not let this user work with services; start the terminal as administrator")
}

fn open(access: ServiceAccess) -> Result<windows_service::service::Service> {
    manager(ServiceManagerAccess::CONNECT)?.open_service(NAME, access).context(
        "there is no service Boothpay here, or this user may not touch it; start the terminal as administrator",
    )
}

fn stop(service: &windows_service::service::Service) -> Result<()> {
    if state(service)? != ServiceState::Stopped {
        service
            .stop()
            .context("the service cannot be stopped; end boothpay.exe in the Task Manager, or restart the computer")?;
    }
    wait_for(service, ServiceState::Stopped)
}

/// How the service stands.
fn state(service: &windows_service::service::Service) -> Result<ServiceState> {
    let status = service.query_status().context(
        "Windows does not say how the service stands; look at it in services.msc, and try again in a terminal started as administrator",
    )?;
    Ok(status.current_state)
}

fn wait_for(service: &windows_service::service::Service, wanted: ServiceState) -> Result<()> {
    let begun = Instant::now();
    loop {
        let state = state(service)?;
        if state == wanted {
            return Ok(());
        }
        let ended = wanted == ServiceState::Running && state == ServiceState::Stopped;
        if ended {
            bail!("the service {NAME} does not run: {TROUBLE} beside the settings, and the log, say why");
        }
        if begun.elapsed() > PATIENCE {
            bail!(
                "after {} s the service {NAME} still is {state:?} instead of {wanted:?}; the log says more",
                PATIENCE.as_secs()
            );
        }
        std::thread::sleep(LOOKED_EVERY);
    }
}

/// Lets the service's user write the database, the log and the backups in the settings' folder. In Boothpay's own folder of ProgramData,
/// where every user reads by inheritance, nobody else but administrators may read the keys from then on, as after the installer
/// (packaging/windows/boothpay.nsi). Another folder may be used for other things too, and keeps its other rights.
fn grant(folder: &Path) -> Result<()> {
    let mut command = Command::new("icacls");
    command.arg(folder);
    if is_own_folder(folder) {
        command.arg("/inheritance:r");
        for user in [SYSTEM_SID, ADMINISTRATORS_SID] {
            command.args(["/grant", &format!("{user}:(OI)(CI)F")]);
        }
    } else {
        say!(
            "Whoever may read the folder {} may read the wallets' keys in it. In C:\\ProgramData\\Boothpay only \
             administrators and the service would.",
            folder.display()
        );
    }
    command.args(["/grant", &format!("{USER_SID}:(OI)(CI)M")]);
    let said = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output();
    let said = said.context("icacls cannot be started; it is a part of Windows: repair it with sfc /scannow")?;
    if !said.status.success() {
        let why = String::from_utf8_lossy(&said.stderr).trim().to_owned();
        bail!(
            "the service's user cannot be given the folder {}: {why}. Start the terminal as administrator, or put the settings \
             into another folder",
            folder.display()
        );
    }
    Ok(())
}

/// Whether a folder is for this program's files alone.
fn is_own_folder(folder: &Path) -> bool {
    // Windows takes no notice of capital letters in names.
    let lower = |path: &Path| PathBuf::from(path.to_string_lossy().to_lowercase());
    std::env::var_os("ProgramData").is_some_and(|all| lower(folder).starts_with(lower(&Path::new(&all).join(NAME))))
}

define_windows_service!(entry, work);

/// The service itself.
fn work(_: Vec<OsString>) {
    let choice = CHOICE.get().cloned().unwrap_or_default();
    let asked = |control| match control {
        ServiceControl::Stop | ServiceControl::Shutdown | ServiceControl::Preshutdown => {
            signal::stop();
            ServiceControlHandlerResult::NoError
        }
        ServiceControl::Interrogate => ServiceControlHandlerResult::NoError,
        // Nothing else was agreed to.
        _ => ServiceControlHandlerResult::NotImplemented,
    };
    let Ok(handle) = service_control_handler::register(NAME, asked) else { return };
    let trouble = trouble_file(&choice);
    let _ = std::fs::remove_file(&trouble);
    let handle = STATUS.get_or_init(|| handle);
    tell(handle, ServiceState::StartPending, 0);
    let outcome = serve::run(&choice);
    if let Err(error) = &outcome {
        let _ = std::fs::write(&trouble, format!("Boothpay did not start, or ended:\r\n\r\n{error:#}\r\n"));
    }
    tell(handle, ServiceState::Stopped, u32::from(outcome.is_err()));
}

/// The server answers: now the service runs, and whoever waits for that hears so.
pub(crate) fn ready() {
    if let Some(handle) = STATUS.get() {
        tell(handle, ServiceState::Running, 0);
    }
}

fn trouble_file(choice: &Choice) -> PathBuf {
    settings::load(choice).folder.join(TROUBLE)
}

fn tell(handle: &ServiceStatusHandle, state: ServiceState, failed: u32) {
    let running = state == ServiceState::Running;
    let accepted = if running {
        ServiceControlAccept::STOP | ServiceControlAccept::SHUTDOWN
    } else {
        ServiceControlAccept::empty()
    };
    let _ = handle.set_service_status(ServiceStatus {
        service_type: ServiceType::OWN_PROCESS,
        current_state: state,
        controls_accepted: accepted,
        exit_code: if failed == 0 { ServiceExitCode::NO_ERROR } else { ServiceExitCode::ServiceSpecific(failed) },
        checkpoint: 0,
        wait_hint: if running || state == ServiceState::Stopped { Duration::default() } else { PATIENCE },
        process_id: None,
    });
}
