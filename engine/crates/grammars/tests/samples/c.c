#include <stdio.h>
#include "local.h"
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MULTI(x, ...) do { \
    printf(#x "\n", ##__VA_ARGS__); \
  } while (0)
#if defined(__linux__) && !(VERSION >= 3)
#  pragma once
#elif defined X
# error "no"
#else
#undef Y
#endif
#ifndef GUARD_H
#ifdef __cplusplus
extern "C" {
#endif

typedef struct node { struct node *next, *prev; unsigned flags : 3, : 2; } node_t;
typedef int (*callback)(const char *restrict, size_t, ...);
enum color { RED, GREEN = 1 << 2, BLUE, } __attribute__((packed));
union value { float f; int i[2][3]; struct { char c; }; };
static const char *const names[] = { [RED] = "red", [GREEN ... BLUE] = "x" "y" };
extern volatile _Atomic unsigned long long counter;
_Static_assert(sizeof(int) == 4, "int");
__declspec(dllexport) int __stdcall exported(void);

static inline __attribute__((always_inline)) int
add(int a, register int b, int arr[static 3], int (*fp)(int))
{
    auto struct node n = { .next = NULL, .flags = 0x1fu };
    int *p = &a, **pp = &p, v = (int) 1.5e-3f + 'c' + '\x41' + L'w' + u8"s"[0];
    node_t *q = (node_t *) malloc(sizeof *q), lit = (node_t){ 0 };
    for (int i = 0, j = 10; i < j; ++i, j--) { if (i % 2) continue; else break; }
    while (a--) ;
    do { a <<= 1; } while (a && !b || ~a ^ b);
    switch (a) {
    case 1: case 'x':
        goto end;
    default: ;
    }
    q->next->flags |= n.flags ? 1 : 0;
#ifdef DEBUG
    MULTI(debug, a, b);
#endif
    asm volatile ("mov %0, %1" : "=r"(a) : "r"(b) : "memory");
    p[0] = add(1, 2, (int[]){1, 2, 3}, fp), *pp = 0;
end:
    return MAX(a, b) + _Generic(a, int: 1, default: 2) + sizeof(int[3]) + _Alignof(int);
}

int old_style(a, b) int a; char b; { return a; }
int main(int argc, char **argv) { /* comment */ return 0; } // line \
continued
#ifdef __cplusplus
}
#endif
#endif
int größe = 0b101;
[[nodiscard]] int f(void);
