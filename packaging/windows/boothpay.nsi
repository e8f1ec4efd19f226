; The installer: the program into Program Files, the settings and the database into ProgramData, the server as a service, the
; booth's page on the screen of whoever logs on. Made by packaging/windows/build, which gives VERSION, FILES and OUT.

Unicode true
; The program is for 64 bits too, and so is the wine in which the installer is tried.
Target amd64-unicode
ManifestDPIAware true
SetCompressor /SOLID lzma
RequestExecutionLevel admin
Name "Boothpay ${VERSION}"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\Boothpay"

!include LogicLib.nsh

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Boothpay"

LoadLanguageFile "${NSISDIR}\Contrib\Language files\Russian.nlf"
LoadLanguageFile "${NSISDIR}\Contrib\Language files\Uzbek.nlf"
LoadLanguageFile "${NSISDIR}\Contrib\Language files\English.nlf"

LangString PROGRAM ${LANG_RUSSIAN} "Программа и служба"
LangString PROGRAM ${LANG_UZBEK} "Dastur va xizmat"
LangString PROGRAM ${LANG_ENGLISH} "Program and service"
LangString SCREEN ${LANG_RUSSIAN} "Страница будки на весь экран при входе"
LangString SCREEN ${LANG_UZBEK} "Kirishda kabina sahifasi butun ekranda"
LangString SCREEN ${LANG_ENGLISH} "The booth's page on the screen at log-on"
LangString NO_BACKUP ${LANG_RUSSIAN} "Не удалось сделать копию базы, поэтому ничего не изменено. Причина в окне установки."
LangString NO_BACKUP ${LANG_UZBEK} "Bazadan nusxa olib boʻlmadi, shuning uchun hech narsa oʻzgartirilmadi. Sababi oʻrnatish oynasida."
LangString NO_BACKUP ${LANG_ENGLISH} "The database could not be backed up, so nothing was changed. The window of the installer says why."
LangString NO_SERVICE ${LANG_RUSSIAN} "Программа установлена, но служба не запустилась. Причина в файле boothpay-trouble.txt рядом с настройками."
LangString NO_SERVICE ${LANG_UZBEK} "Dastur oʻrnatildi, lekin xizmat ishga tushmadi. Sababi sozlamalar yonidagi boothpay-trouble.txt faylida."
LangString NO_SERVICE ${LANG_ENGLISH} "The program is installed, but the service did not start. boothpay-trouble.txt beside the settings says why."

Page components
Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

Var DATA

Function .onInit
    SetShellVarContext all
    SetRegView 64
    StrCpy $DATA "$APPDATA\Boothpay"
FunctionEnd

Function un.onInit
    SetShellVarContext all
    SetRegView 64
    StrCpy $DATA "$APPDATA\Boothpay"
FunctionEnd

; Says what the command says, and leaves its exit code in $0.
!macro RUN COMMAND
    nsExec::ExecToLog '${COMMAND}'
    Pop $0
!macroend

Section "$(PROGRAM)" program
    SectionIn RO
    ; An older version stops, and its database is copied before a newer one opens it.
    ${If} ${FileExists} "$INSTDIR\boothpay.exe"
        !insertmacro RUN 'schtasks /End /TN "Boothpay screen"'
        !insertmacro RUN '"$INSTDIR\boothpay.exe" service stop'
        ${If} ${FileExists} "$DATA\boothpay.toml"
            ; Wherever its settings say that it is.
            !insertmacro RUN '"$INSTDIR\boothpay.exe" --config "$DATA\boothpay.toml" backup --before-upgrade'
            ${If} $0 != 0
                !insertmacro RUN '"$INSTDIR\boothpay.exe" service start'
                MessageBox MB_ICONSTOP "$(NO_BACKUP)" /SD IDOK
                SetErrorLevel 2
                Abort
            ${EndIf}
        ${EndIf}
    ${EndIf}

    SetOutPath "$INSTDIR"
    File "${FILES}\boothpay.exe"
    File "${FILES}\README.txt"
    File "${FILES}\README.ru.txt"
    File "${FILES}\CHANGELOG.txt"
    File "${FILES}\LICENSE.txt"
    File "${FILES}\checklist.ru.txt"
    WriteUninstaller "$INSTDIR\uninstall.exe"

    ; Keys stand in the settings' folder: the system and administrators read it, and the service's user, whom `service install` adds.
    ; Groups by their numbers, which are the same in every language of Windows.
    CreateDirectory "$DATA"
    !insertmacro RUN 'icacls "$DATA" /inheritance:r /grant "*S-1-5-18:(OI)(CI)F" /grant "*S-1-5-32-544:(OI)(CI)F"'
    SetOutPath "$DATA"
    SetOverwrite off
    File "${FILES}\boothpay.toml"
    SetOverwrite on

    CreateDirectory "$SMPROGRAMS\Boothpay"
    CreateShortcut "$SMPROGRAMS\Boothpay\Boothpay.lnk" "$INSTDIR\boothpay.exe"
    CreateShortcut "$SMPROGRAMS\Boothpay\README.lnk" "$INSTDIR\README.ru.txt"
    CreateShortcut "$SMPROGRAMS\Boothpay\boothpay.toml.lnk" "notepad.exe" '"$DATA\boothpay.toml"'

    WriteRegStr HKLM "${UNINSTALL}" "DisplayName" "Boothpay"
    WriteRegStr HKLM "${UNINSTALL}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKLM "${UNINSTALL}" "Publisher" "Boothpay"
    WriteRegStr HKLM "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegDWORD HKLM "${UNINSTALL}" "NoModify" 1
    WriteRegDWORD HKLM "${UNINSTALL}" "NoRepair" 1

    !insertmacro RUN '"$INSTDIR\boothpay.exe" --config "$DATA\boothpay.toml" service install'
    ${If} $0 != 0
        MessageBox MB_ICONEXCLAMATION "$(NO_SERVICE)" /SD IDOK
        SetErrorLevel 3
    ${EndIf}
SectionEnd

Section "$(SCREEN)" screen
    SetOutPath "$INSTDIR"
    File "${FILES}\screen.xml"
    !insertmacro RUN 'schtasks /Create /F /TN "Boothpay screen" /XML "$INSTDIR\screen.xml"'
    ; The booth's page may use the camera without being asked.
    WriteRegStr HKLM "Software\Policies\Google\Chrome\VideoCaptureAllowedUrls" "1" "http://127.0.0.1:5000"
    WriteRegStr HKLM "Software\Policies\Microsoft\Edge\VideoCaptureAllowedUrls" "1" "http://127.0.0.1:5000"
SectionEnd

; What the owner has to keep stays: the settings, the keys, the database, the backups.
Section "Uninstall"
    !insertmacro RUN 'schtasks /End /TN "Boothpay screen"'
    !insertmacro RUN 'schtasks /Delete /F /TN "Boothpay screen"'
    !insertmacro RUN '"$INSTDIR\boothpay.exe" service uninstall'
    Delete "$INSTDIR\boothpay.exe"
    ; What "boothpay update" keeps of the version before, or left behind when it was ended in the middle.
    Delete "$INSTDIR\boothpay-old.exe"
    Delete "$INSTDIR\boothpay-new.exe"
    Delete "$INSTDIR\boothpay-updating.exe"
    Delete "$INSTDIR\boothpay.update-lock"
    Delete "$INSTDIR\*.txt"
    Delete "$INSTDIR\screen.xml"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    RMDir /r "$SMPROGRAMS\Boothpay"
    DeleteRegKey HKLM "${UNINSTALL}"
    DeleteRegValue HKLM "Software\Policies\Google\Chrome\VideoCaptureAllowedUrls" "1"
    DeleteRegValue HKLM "Software\Policies\Microsoft\Edge\VideoCaptureAllowedUrls" "1"
SectionEnd
