import java.lang.reflect.*;
import java.net.URI;
import java.nio.file.*;
import java.util.*;
import java.util.stream.*;

/** Prints the public API of core packages as the table that the Java resolver reads; see `jdk.rs`. */
public class JdkTable {
  static final Set<String> SKIP_METHODS = Set.of("clone", "finalize");

  public static void main(String[] args) throws Exception {
    List<String> packages = List.of(args);
    FileSystem jrt = FileSystems.getFileSystem(URI.create("jrt:/"));
    for (String pkg : packages) {
      boolean full = !pkg.startsWith("-");
      String name = full ? pkg : pkg.substring(1);
      String module = "java.base";
      int slash = name.indexOf('/');
      if (slash >= 0) { module = name.substring(0, slash); name = name.substring(slash + 1); }
      List<Class<?>> classes = new ArrayList<>();
      Path dir = jrt.getPath("modules", module, name.replace('.', '/'));
      try (Stream<Path> files = Files.list(dir)) {
        for (Path file : files.sorted(Comparator.comparing(Path::toString)).collect(Collectors.toList())) {
          String base = file.getFileName().toString();
          if (!base.endsWith(".class") || base.equals("package-info.class")) continue;
          Class<?> c = Class.forName(name + "." + base.substring(0, base.length() - 6), false, ClassLoader.getSystemClassLoader());
          Class<?> d = c; boolean ok = !c.isAnonymousClass() && !c.isLocalClass() && !c.isSynthetic();
          while (d != null && ok) { ok = (d.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0; d = d.getDeclaringClass(); }
          if (ok) classes.add(c);
        }
      }
      System.out.println((full ? "package " : "headers ") + name);
      for (Class<?> c : classes) print(c, full);
    }
  }

  static void print(Class<?> c, boolean full) {
    StringBuilder out = new StringBuilder();
    out.append(c.isInterface() ? "interface " : Modifier.isFinal(c.getModifiers()) ? "final " : "class ");
    out.append(name(c)).append(params(c.getTypeParameters()));
    List<String> supers = new ArrayList<>();
    if (c.getGenericSuperclass() != null && c.getSuperclass() != Object.class) supers.add(type(c.getGenericSuperclass()));
    if (c.getSuperclass() != null && !isPublic(c.getSuperclass())) {
      supers.clear();
      for (Class<?> h = c.getSuperclass(); h != null && h != Object.class; h = h.getSuperclass()) {
        if (isPublic(h)) { supers.add(0, type(h)); break; }
        for (Type t : h.getGenericInterfaces()) if (isPublic(raw(t)) && !Set.of("Serializable", "Constable", "ConstantDesc").contains(raw(t).getSimpleName()) && !(c.getTypeParameters().length == 0 && t.toString().contains("<T"))) supers.add(type(t));
      }
    }
    for (Type t : c.getGenericInterfaces()) if (isPublic(raw(t)) && !Set.of("Serializable", "Constable", "ConstantDesc").contains(raw(t).getSimpleName())) supers.add(type(t));
    if (!supers.isEmpty()) out.append(" : ").append(String.join(" ", supers));
    System.out.println(out);
    if (Set.of("Character.UnicodeBlock", "Character.UnicodeScript", "StrictMath").contains(name(c))) return;
    for (Field f : c.getDeclaredFields()) {
      if (!full || f.isSynthetic() || (f.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) == 0) continue;
      Type t = f.getGenericType();
      if (t == int.class) continue;
      if (c.isEnum() && t == c) continue;
      System.out.println(" ." + f.getName() + " " + type(t));
    }
    Map<String, List<Method>> groups = new TreeMap<>();
    List<Method> declared = new ArrayList<>(List.of(c.getDeclaredMethods()));
    for (Class<?> h = c.getSuperclass(); h != null && !isPublic(h); h = h.getSuperclass()) {
      for (Method m : h.getDeclaredMethods()) {
        if (declared.stream().noneMatch(d -> d.getName().equals(m.getName()) && Arrays.equals(d.getParameterTypes(), m.getParameterTypes()) && !d.isSynthetic())) declared.add(m);
      }
    }
    for (Method m : declared) {
      if (m.isSynthetic() || (m.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) == 0) continue;
      if (SKIP_METHODS.contains(m.getName()) && c != Object.class) continue;
      if (c != Object.class && overrides(c, m)) continue;
      if (c.isEnum() && Modifier.isStatic(m.getModifiers()) && Set.of("values", "valueOf").contains(m.getName())) continue;
      groups.computeIfAbsent(m.getName(), k -> new ArrayList<>()).add(m);
    }
    for (List<Method> group : groups.values()) {
      if (!full) {
        // Of lesser packages: only names, and results where all overloads agree.
        continue;
      }
      Map<String, List<Method>> same = new LinkedHashMap<>();
      group.sort(Comparator.comparing(JdkTable::text));
      for (Method m : group) {
        String key = m.getParameterCount() + (m.isVarArgs() ? "v" : "") + Modifier.isStatic(m.getModifiers()) + " " + type(m.getGenericReturnType())
            + (m.getTypeParameters().length > 0 ? m.toGenericString() : "") + (hasFunction(m) ? m.toGenericString() : "");
        same.computeIfAbsent(key, k -> new ArrayList<>()).add(m);
      }
      for (List<Method> ms : same.values()) System.out.println(" " + merged(ms));
    }
  }

  static boolean hasFunction(Method m) {
    for (Type t : m.getGenericParameterTypes()) {
      if (t instanceof TypeVariable || t instanceof ParameterizedType) return true;
    }
    return false;
  }

  /** An override that says nothing new. */
  static boolean overrides(Class<?> c, Method m) {
    if (Modifier.isStatic(m.getModifiers())) return false;
    Deque<Class<?>> todo = new ArrayDeque<>();
    if (c.getSuperclass() != null) todo.add(c.getSuperclass());
    todo.addAll(List.of(c.getInterfaces()));
    if (c.isInterface()) todo.add(Object.class);
    Set<Class<?>> seen = new HashSet<>();
    while (!todo.isEmpty()) {
      Class<?> s = todo.poll();
      if (!seen.add(s)) continue;
      if (s.getSuperclass() != null) todo.add(s.getSuperclass());
      todo.addAll(List.of(s.getInterfaces()));
      if (!isPublic(s)) continue;
      for (Method o : s.getDeclaredMethods()) {
        if (!o.getName().equals(m.getName()) || o.getParameterCount() != m.getParameterCount()) continue;
        if (Modifier.isStatic(o.getModifiers()) || Modifier.isPrivate(o.getModifiers())) continue;
        boolean same = true;
        for (int i = 0; i < o.getParameterCount(); i++) {
          Class<?> a = o.getParameterTypes()[i], b = m.getParameterTypes()[i];
          same &= a == b || (o.getGenericParameterTypes()[i] instanceof TypeVariable && a.isAssignableFrom(b));
        }
        if (!same) continue;
        boolean newAbstract = Modifier.isAbstract(o.getModifiers()) && c.isInterface() && !Modifier.isAbstract(m.getModifiers());
        boolean covariant = o.getReturnType() != m.getReturnType() && !(o.getGenericReturnType() instanceof TypeVariable);
        // What abstract classes implement hides what interfaces of subclasses declare again.
        boolean implemented = Modifier.isAbstract(o.getModifiers()) && !Modifier.isAbstract(m.getModifiers()) && c.getSimpleName().startsWith("Abstract");
        if (implemented) continue;
        if (!newAbstract && !covariant) return true;
      }
    }
    return false;
  }

  static String merged(List<Method> ms) {
    Method m = ms.get(0);
    StringBuilder out = new StringBuilder();
    if (Modifier.isStatic(m.getModifiers())) out.append('*');
    if (m.getDeclaringClass().isInterface() && Modifier.isAbstract(m.getModifiers())) out.append('~');
    out.append(m.getName());
    String tp = params(m.getTypeParameters());
    out.append(tp).append('(');
    for (int i = 0; i < m.getParameterCount(); i++) {
      if (i > 0) out.append(',');
      final int at = i;
      Set<String> types = ms.stream().map(x -> type(x.getGenericParameterTypes()[at])).collect(Collectors.toCollection(TreeSet::new));
      if (types.size() > 1) out.append('_');
      else if (m.isVarArgs() && i == m.getParameterCount() - 1) { String t = types.iterator().next(); out.append(t, 0, t.length() - 2).append("..."); }
      else out.append(types.iterator().next());
    }
    out.append(')').append(type(m.getGenericReturnType()));
    return out.toString();
  }

  static String text(Method m) { return m.getParameterCount() + m.toGenericString(); }

  static boolean isPublic(Class<?> c) {
    while (c != null) { if ((c.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) == 0) return false; c = c.getDeclaringClass(); }
    return true;
  }

  static String params(TypeVariable<?>[] ps) {
    if (ps.length == 0) return "";
    return "<" + Arrays.stream(ps).map(p -> {
      List<String> bounds = Arrays.stream(p.getBounds()).filter(b -> b != Object.class).map(JdkTable::type).collect(Collectors.toList());
      return p.getName() + (bounds.isEmpty() ? "" : ":" + String.join("&", bounds));
    }).collect(Collectors.joining(",")) + ">";
  }

  static Class<?> raw(Type t) {
    if (t instanceof Class<?> c) return c;
    if (t instanceof ParameterizedType p) return (Class<?>) p.getRawType();
    return Object.class;
  }

  static String name(Class<?> c) { return c.getDeclaringClass() == null ? c.getSimpleName() : name(c.getDeclaringClass()) + "." + c.getSimpleName(); }

  static String type(Type t) {
    if (t instanceof Class<?> c) {
      if (c.isArray()) return type(c.getComponentType()) + "[]";
      return name(c);
    }
    if (t instanceof ParameterizedType p) return type(p.getRawType()) + "<" + Arrays.stream(p.getActualTypeArguments()).map(JdkTable::type).collect(Collectors.joining(",")) + ">";
    if (t instanceof TypeVariable<?> v) return v.getName();
    if (t instanceof GenericArrayType g) return type(g.getGenericComponentType()) + "[]";
    if (t instanceof WildcardType w) {
      if (w.getLowerBounds().length > 0) return "-" + type(w.getLowerBounds()[0]);
      if (w.getUpperBounds()[0] != Object.class) return "+" + type(w.getUpperBounds()[0]);
      return "?";
    }
    throw new AssertionError(t);
  }
}
