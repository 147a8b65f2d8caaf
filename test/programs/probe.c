/* A small native program for the launcher's tests: its first argument says how to behave. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

extern char **environ;

static void name_and_end(int number) {
    char text[32];
    int length = snprintf(text, sizeof text, "got %d\n", number);
    if (write(1, text, length) < 0) _exit(97);
    _exit(40 + number);
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "exit") == 0) return atoi(argv[2]);
    if (strcmp(what, "raise") == 0) {
        signal(atoi(argv[2]), SIG_DFL);
        raise(atoi(argv[2]));
        return 98;
    }
    if (strcmp(what, "arguments") == 0) {
        for (int i = 2; i < argc; i++) fwrite(argv[i], 1, strlen(argv[i]) + 1, stdout);
        return 0;
    }
    if (strcmp(what, "copy") == 0) {
        char buffer[65536];
        ssize_t count;
        while ((count = read(0, buffer, sizeof buffer)) > 0)
            for (ssize_t done = 0; done < count;) {
                ssize_t now = write(1, buffer + done, count - done);
                if (now < 0) return 99;
                done += now;
            }
        return 0;
    }
    if (strcmp(what, "flood") == 0) {
        char line[1024];
        memset(line, 'x', sizeof line);
        line[sizeof line - 1] = '\n';
        for (long left = atol(argv[2]); left > 0; left -= (long)sizeof line)
            if (fwrite(line, 1, sizeof line, stdout) != sizeof line) return 95;
        return 0;
    }
    if (strcmp(what, "environment") == 0) {
        char folder[4096];
        printf("%s%c", getcwd(folder, sizeof folder) ? folder : "?", 0);
        for (char **variable = environ; *variable; variable++) printf("%s%c", *variable, 0);
        return 0;
    }
    if (strcmp(what, "wait") == 0 || strcmp(what, "wait-default") == 0) {
        if (what[4] == '\0') {
            signal(SIGINT, name_and_end);
            signal(SIGTERM, name_and_end);
            signal(SIGHUP, name_and_end);
        }
        printf("%d\n", (int)getpid());
        fflush(stdout);
        sleep(60);
        return 96;
    }
    if (strcmp(what, "terminal") == 0) {
        struct winsize size = {0};
        ioctl(0, TIOCGWINSZ, &size);
        printf("%d%d%d %d rows %d columns\n", isatty(0), isatty(1), isatty(2), size.ws_row, size.ws_col);
        return 0;
    }
    if (strcmp(what, "raw") == 0) {
        struct termios before, raw;
        unsigned char key = 0;
        if (tcgetattr(0, &before)) return 93;
        raw = before;
        cfmakeraw(&raw);
        if (tcsetattr(0, TCSANOW, &raw)) return 92;
        if (write(1, "raw\n", 4) < 0 || read(0, &key, 1) != 1) return 91;
        tcsetattr(0, TCSANOW, &before);
        printf("key %d\n", key);
        return 0;
    }
    if (strcmp(what, "inherited") == 0) {
        /* What the parent left ignored or blocked; a shell starts its programs with neither. */
        sigset_t blocked;
        sigprocmask(SIG_BLOCK, NULL, &blocked);
        for (int number = 1; number < 32; number++) {
            struct sigaction action;
            if (sigismember(&blocked, number)) printf("blocked %d\n", number);
            if (!sigaction(number, NULL, &action) && action.sa_handler == SIG_IGN) printf("ignored %d\n", number);
        }
        return 0;
    }
    return 94;
}
