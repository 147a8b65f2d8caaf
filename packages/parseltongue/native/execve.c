/*
 * execve as a Node-API addon: `execve(file, arguments)` replaces this process by a program, and returns the
 * system's error number where it could not. Node before 22.15 has none; that of newer ones aborts where it fails,
 * and takes 2 ms longer.
 *
 * It ships beside the binary in the platform packages of POSIX systems. It is linked against nothing: libc
 * and Node-API are those of the running Node, so one file serves glibc and musl, and every Node since 12.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* Node-API is a stable binary interface; these few declarations save its headers as a build dependency. */
typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_callback_info__ *napi_callback_info;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);
extern int napi_create_function(napi_env, const char *, size_t, napi_callback, void *, napi_value *);
extern int napi_get_cb_info(napi_env, napi_callback_info, size_t *, napi_value *, napi_value *, void **);
extern int napi_get_array_length(napi_env, napi_value, unsigned *);
extern int napi_get_element(napi_env, napi_value, unsigned, napi_value *);
extern int napi_get_value_string_utf8(napi_env, napi_value, char *, size_t, size_t *);
extern int napi_create_int32(napi_env, int, napi_value *);

#ifdef __APPLE__
/* Libraries of macOS have no access to the variable itself. */
extern char ***_NSGetEnviron(void);
#define environ (*_NSGetEnviron())
#else
extern char **environ;
#endif

/* A copy of a string of JavaScript, or NULL. Nothing is freed: the process ends here, or soon. */
static char *text_of(napi_env env, napi_value value) {
    size_t length;
    if (napi_get_value_string_utf8(env, value, NULL, 0, &length)) return NULL;
    char *text = malloc(length + 1);
    if (text && napi_get_value_string_utf8(env, value, text, length + 1, &length)) return NULL;
    return text;
}

/* What a program expects of its parent: Node marks its stdio close-on-exec and ignores SIGPIPE. */
static void restore_inheritance(void) {
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        int flags = fcntl(descriptor, F_GETFD);
        if (flags >= 0) fcntl(descriptor, F_SETFD, flags & ~FD_CLOEXEC);
    }
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int replace_process(napi_env env, napi_callback_info info) {
    napi_value given[2];
    size_t count = 2;
    unsigned length;
    if (napi_get_cb_info(env, info, &count, given, NULL, NULL) || count < 2) return EINVAL;
    if (napi_get_array_length(env, given[1], &length)) return EINVAL;
    char *file = text_of(env, given[0]);
    char **arguments = calloc(length + 1, sizeof *arguments);
    if (!file || !arguments) return ENOMEM;
    for (unsigned index = 0; index < length; index++) {
        napi_value value;
        if (napi_get_element(env, given[1], index, &value)) return EINVAL;
        if (!(arguments[index] = text_of(env, value))) return ENOMEM;
    }
    restore_inheritance();
    execve(file, arguments, environ);
    return errno;
}

static napi_value call(napi_env env, napi_callback_info info) {
    napi_value result = NULL;
    napi_create_int32(env, replace_process(env, info), &result);
    return result;
}

/* The name that Node looks for. */
__attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
    napi_value function = NULL;
    return napi_create_function(env, "execve", 6, call, NULL, &function) ? exports : function;
}
