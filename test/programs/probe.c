/* A small native program for the launcher's tests: its first argument says how to behave. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
        const char *value = getenv(argv[2]);
        printf("%s\n%s\n", value ? value : "(unset)", getcwd(folder, sizeof folder) ? folder : "?");
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
        printf("%d%d%d\n", isatty(0), isatty(1), isatty(2));
        return 0;
    }
    return 94;
}
