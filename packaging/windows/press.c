/* For the tests under wine: starts a program in a console of its own, presses Ctrl-C or Ctrl-Break in it as soon as a file is
   there, and ends with the program's code. Nothing else can press keys in the console of a program without a screen.

     press.exe c|break FILE PROGRAM ARGUMENTS... */
#include <stdio.h>
#include <string.h>
#include <windows.h>

/* How long the file is waited for, and then the program's end. */
enum { LOOKED_MS = 100, LOOKS = 600, PATIENCE_MS = 30000, GAVE_UP = 95, NOT_STARTED = 96, NOT_PRESSED = 97, WRONG_WORDS = 98 };

/* The keys are for the program alone. */
static BOOL WINAPI not_for_us(DWORD event) { return TRUE; }

int main(int count, char **words) {
    if (count < 4) return WRONG_WORDS;
    char line[8192] = "";
    for (int i = 3; i < count; i++) {
        if (strlen(line) + strlen(words[i]) + 4 > sizeof line) return WRONG_WORDS;
        strcat(strcat(strcat(line, "\""), words[i]), "\" ");
    }
    STARTUPINFOA start = {sizeof start};
    start.dwFlags = STARTF_USESTDHANDLES;
    /* A new console has handles of its own; what the program says is to go where ours went. */
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    FreeConsole();
    AllocConsole();
    SetConsoleCtrlHandler(not_for_us, TRUE);
    PROCESS_INFORMATION program;
    if (!CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &program)) return NOT_STARTED;
    DWORD code = GAVE_UP;
    for (int i = 0; i < LOOKS && GetFileAttributesA(words[2]) == INVALID_FILE_ATTRIBUTES; i++) Sleep(LOOKED_MS);
    if (!GenerateConsoleCtrlEvent(words[1][0] == 'b' ? CTRL_BREAK_EVENT : CTRL_C_EVENT, 0)) code = NOT_PRESSED;
    else if (WaitForSingleObject(program.hProcess, PATIENCE_MS) == WAIT_OBJECT_0) GetExitCodeProcess(program.hProcess, &code);
    TerminateProcess(program.hProcess, GAVE_UP);
    return code;
}
