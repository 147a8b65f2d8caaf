package com.example.app;

import java.util.*;
import static java.lang.Math.max;

/** Doc */
@Deprecated(since = "1")
@SuppressWarnings({"unchecked", "rawtypes"})
public abstract sealed class Main<T extends Comparable<? super T> & Runnable> extends Base<T>
    implements A, B permits C, D {
  private static final long serialVersionUID = 0x1L, other = 1_000;
  protected volatile int[] xs[] = {{1, 2}, {}}, ys = new int[3];
  static { System.out.println("static"); }
  { instance(); }

  public <U> Main(final T t, int... rest) throws IOException, Ex {
    this.<U>generic();
    super.method();
  }

  @Override
  public synchronized strictfp String toString() {
    char c = '\u0041', d = '\'';
    String text = """
        text block \
        with "quotes"
        """;
    double f = 1.5e-3f + .5d + 0x1p3 + 1__0;
    label:
    for (int i = 0, j = 1; i < 10 && j != 2; i++, j--) {
      if (i == 3) continue label;
      else break;
    }
    for (final var x : List.of(1, 2)) ;
    while (true) do { x >>>= 2; } while (x instanceof String s && !s.isEmpty());
    switch (day) {
      case MONDAY:
      case TUESDAY: return "x";
      default: throw new IllegalStateException("no " + day);
    }
    int r = switch (o) {
      case Point(int x, var y) when x > 0 -> { yield 1; }
      case String s -> 2;
      case null, default -> 0;
    };
    try (var in = open(); out) {
      assert x > 0 : "message";
    } catch (IOException | RuntimeException e) {
      throw e;
    } finally {
      synchronized (this) { notify(); }
    }
    Runnable run = () -> {}, ref = String::new, ref2 = this::<T>method;
    BiFunction<Integer, ? extends Long, int[]> fn = (a, b) -> new int[]{a};
    Object o = new Outer.Inner<>(1) { int x; };
    int y = (int) (long) z + (x > 0 ? ~x : -y) << 2 | a[1] & 3 ^ 4 % 5;
    return ((String) o).<T>foo().bar.class.getName();
  }

  abstract <T> void generic() throws Ex;
  interface Inner { int X = 1; default void f() {} private static void g() {} }
  @interface Ann { String value() default "x"; Class<?>[] types() default {}; }
  enum Color implements Inner {
    RED(1) { void f() {} }, @Ann GREEN, BLUE;
    private final int v = ordinal();
    Color(int... v) {}
  }
  record Point<T>(@NonNull int x, T... y) implements I { Point { x = 1; } static int z; }
}

class Ünï { int größe; ; }
// module-info is another compilation unit
