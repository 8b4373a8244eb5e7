#include "builtin/known_calls.h"

#include <fmt/core.h>

namespace countersign::builtin {

namespace {

/// Calls whose effect is known by name in the standard libraries of the languages we parse.
constexpr KnownCall known_calls[] = {
    { "printf", Effect::input_output },
    { "fprintf", Effect::input_output },
    { "puts", Effect::input_output },
    { "putchar", Effect::input_output },
    { "scanf", Effect::input_output },
    { "fopen", Effect::input_output },
    { "fclose", Effect::input_output },
    { "fread", Effect::input_output },
    { "fwrite", Effect::input_output },
    { "fgets", Effect::input_output },
    { "fputs", Effect::input_output },
    { "getline", Effect::input_output },
    { "std::getline", Effect::input_output },
    { "print", Effect::input_output },
    { "println", Effect::input_output },
    { "input", Effect::input_output },
    { "open", Effect::input_output },
    { "echo", Effect::input_output },
    { "read", Effect::input_output },
    { "cat", Effect::input_output },
    { "rm", Effect::input_output },
    { "mv", Effect::input_output },
    { "cp", Effect::input_output },
    { "mkdir", Effect::input_output },
    { "println!", Effect::input_output },
    { "print!", Effect::input_output },
    { "eprintln", Effect::input_output },
    { "eprint", Effect::input_output },
    { "writeln", Effect::input_output },
    { "console.", Effect::input_output },
    { "fs.", Effect::input_output },
    { "fs::", Effect::input_output },
    { "std::fs::", Effect::input_output },
    { "std::filesystem::", Effect::input_output },
    { "fmt.Print", Effect::input_output },
    { "fmt.Println", Effect::input_output },
    { "fmt.Printf", Effect::input_output },
    { "fmt.Fprint", Effect::input_output },
    { "fmt.Fprintf", Effect::input_output },
    { "fmt.Fprintln", Effect::input_output },
    { "fmt::print", Effect::input_output },
    { "log.", Effect::input_output },
    { "logger.", Effect::input_output },
    { "logging.", Effect::input_output },
    { "os.Open", Effect::input_output },
    { "os.Create", Effect::input_output },
    { "os.ReadFile", Effect::input_output },
    { "os.WriteFile", Effect::input_output },
    { "os.remove", Effect::input_output },
    { "os.Remove", Effect::input_output },
    { "os.makedirs", Effect::input_output },
    { "shutil.", Effect::input_output },
    { "System.out.println", Effect::input_output },
    { "System.out.print", Effect::input_output },
    { "System.out.printf", Effect::input_output },
    { "Files.", Effect::input_output },
    { "Console.", Effect::input_output },
    { "File.", Effect::input_output },
    { "IO.", Effect::input_output },
    { "File::", Effect::input_output },
    { "sys.stdout.write", Effect::input_output },
    { "process.stdout.write", Effect::input_output },
    { "System.out.", Effect::input_output },
    { "System.err.", Effect::input_output },
    { "warn", Effect::input_output },
    { "$stdout.", Effect::input_output },
    { "$stderr.", Effect::input_output },
    { "STDOUT.", Effect::input_output },
    { "STDERR.", Effect::input_output },
    { "fputc", Effect::input_output },
    { "putc", Effect::input_output },
    { "fflush", Effect::input_output },
    { "perror", Effect::input_output },
    { "vprintf", Effect::input_output },
    { "vfprintf", Effect::input_output },
    { "fscanf", Effect::input_output },
    { "fgetc", Effect::input_output },
    { "getc", Effect::input_output },
    { "getchar", Effect::input_output },
    { "fseek", Effect::input_output },
    { "rewind", Effect::input_output },
    { "unlink", Effect::input_output },
    { "remove", Effect::input_output },
    { "rename", Effect::input_output },
    { "rmdir", Effect::input_output },
    { "opendir", Effect::input_output },
    { "eprintln!", Effect::input_output },
    { "eprint!", Effect::input_output },
    { "writeln!", Effect::input_output },
    { "dbg!", Effect::input_output },
    { "dbg", Effect::input_output },
    { "File::open", Effect::input_output },
    { "File::create", Effect::input_output },
    { "ioutil.", Effect::input_output },
    { "io.Copy", Effect::input_output },
    { "os.MkdirAll", Effect::input_output },
    { "os.Mkdir", Effect::input_output },
    { "os.Rename", Effect::input_output },
    { "os.Stat", Effect::input_output },
    { "os.OpenFile", Effect::input_output },
    { "os.ReadDir", Effect::input_output },
    { "os.chmod", Effect::input_output },
    { "os.mkdir", Effect::input_output },
    { "os.rename", Effect::input_output },
    { "os.unlink", Effect::input_output },
    { "os.listdir", Effect::input_output },
    { "os.walk", Effect::input_output },
    { "Path.read_text", Effect::input_output },
    { "readFile", Effect::input_output },
    { "writeFile", Effect::input_output },
    { "readFileSync", Effect::input_output },
    { "writeFileSync", Effect::input_output },
    { "touch", Effect::input_output },
    { "tee", Effect::input_output },
    { "ls", Effect::input_output },
    { "find", Effect::input_output },
    { "mktemp", Effect::input_output },
    { "chmod", Effect::input_output },
    { "chown", Effect::input_output },
    { "ln", Effect::input_output },
    { "dd", Effect::input_output },
    { "tar", Effect::input_output },
    { "document.", Effect::input_output },
    { "system", Effect::process },
    { "std::system", Effect::process },
    { "popen", Effect::process },
    { "fork", Effect::process },
    { "exec", Effect::process },
    { "execv", Effect::process },
    { "subprocess.", Effect::process },
    { "child_process.", Effect::process },
    { "exec.Command", Effect::process },
    { "Command::new", Effect::process },
    { "exit", Effect::process },
    { "std::exit", Effect::process },
    { "sys.exit", Effect::process },
    { "os.Exit", Effect::process },
    { "process.exit", Effect::process },
    { "abort", Effect::process },
    { "kill", Effect::process },
    { "pkill", Effect::process },
    { "posix_spawn", Effect::process },
    { "Process.Start", Effect::process },
    { "Process.", Effect::process },
    { "ProcessBuilder", Effect::process },
    { "Runtime.getRuntime", Effect::process },
    { "spawn", Effect::process },
    { "execSync", Effect::process },
    { "spawnSync", Effect::process },
    { "os.system", Effect::process },
    { "os.exec", Effect::process },
    { "os.kill", Effect::process },
    { "fetch", Effect::network },
    { "scp", Effect::network },
    { "ssh", Effect::network },
    { "rsync", Effect::network },
    { "wget", Effect::network },
    { "send", Effect::network },
    { "recv", Effect::network },
    { "sendto", Effect::network },
    { "recvfrom", Effect::network },
    { "bind", Effect::network },
    { "listen", Effect::network },
    { "accept", Effect::network },
    { "HttpClient.", Effect::network },
    { "WebSocket", Effect::network },
    { "XMLHttpRequest", Effect::network },
    { "Net::HTTP", Effect::network },
    { "URI.open", Effect::network },
    { "grpc.", Effect::network },
    { "requests.", Effect::network },
    { "urllib.", Effect::network },
    { "http.", Effect::network },
    { "https.", Effect::network },
    { "axios.", Effect::network },
    { "net.", Effect::network },
    { "curl", Effect::network },
    { "socket", Effect::network },
    { "connect", Effect::network },
    { "socket.socket", Effect::network },
    { "time", Effect::time },
    { "std::time", Effect::time },
    { "time.time", Effect::time },
    { "time.Now", Effect::time },
    { "time.sleep", Effect::time },
    { "time.Sleep", Effect::time },
    { "Date.now", Effect::time },
    { "datetime.now", Effect::time },
    { "datetime.datetime.now", Effect::time },
    { "Instant::now", Effect::time },
    { "SystemTime::now", Effect::time },
    { "std::chrono::steady_clock::now", Effect::time },
    { "std::chrono::system_clock::now", Effect::time },
    { "sleep", Effect::time },
    { "System.currentTimeMillis", Effect::time },
    { "System.nanoTime", Effect::time },
    { "Time.now", Effect::time },
    { "setTimeout", Effect::time },
    { "setInterval", Effect::time },
    { "rand", Effect::randomness },
    { "std::rand", Effect::randomness },
    { "srand", Effect::randomness },
    { "random.", Effect::randomness },
    { "Math.random", Effect::randomness },
    { "rand.", Effect::randomness },
    { "rand::", Effect::randomness },
    { "secrets.", Effect::randomness },
    { "cd", Effect::environment },
    { "pushd", Effect::environment },
    { "popd", Effect::environment },
    { "chdir", Effect::environment },
    { "os.chdir", Effect::environment },
    { "process.chdir", Effect::environment },
    { "Dir.chdir", Effect::environment },
    { "umask", Effect::environment },
    { "trap", Effect::environment },
    { "setlocale", Effect::environment },
    { "getenv", Effect::environment },
    { "std::getenv", Effect::environment },
    { "setenv", Effect::environment },
    { "os.getenv", Effect::environment },
    { "os.Getenv", Effect::environment },
    { "os.Setenv", Effect::environment },
    { "os.environ.get", Effect::environment },
    { "std::env::var", Effect::environment },
    { "env::var", Effect::environment },
    { "System.getenv", Effect::environment },
    { "malloc", Effect::memory },
    { "strdup", Effect::memory },
    { "strndup", Effect::memory },
    { "aligned_alloc", Effect::memory },
    { "mmap", Effect::memory },
    { "munmap", Effect::memory },
    { "calloc", Effect::memory },
    { "realloc", Effect::memory },
    { "free", Effect::memory },
    { "std::make_unique", Effect::memory },
    { "std::make_shared", Effect::memory },
    { "Box::new", Effect::memory },
    { "Rc::new", Effect::memory },
    { "Arc::new", Effect::memory },
    { "pthread_mutex_lock", Effect::locking },
    { "threading.Lock", Effect::locking },
    { "std::lock_guard", Effect::locking },
    { "std::unique_lock", Effect::locking },
    { "std::scoped_lock", Effect::locking },
    { "pthread_mutex_unlock", Effect::locking },
    { "std::thread", Effect::concurrency },
    { "std::jthread", Effect::concurrency },
    { "std::async", Effect::concurrency },
    { "threading.Thread", Effect::concurrency },
    { "thread::spawn", Effect::concurrency },
    { "std::thread::spawn", Effect::concurrency },
    { "tokio::spawn", Effect::concurrency },
    { "task::spawn", Effect::concurrency },
    { "Task.Run", Effect::concurrency },
    { "Thread", Effect::concurrency },
    { "Thread.new", Effect::concurrency },
    { "asyncio.create_task", Effect::concurrency },
    { "asyncio.gather", Effect::concurrency },
    { "pthread_create", Effect::concurrency },
    { "Worker", Effect::concurrency },
    { "queueMicrotask", Effect::concurrency },
};

}

KnownCall const* known_call(std::string_view name)
{
    if (auto const arguments = name.find('<'); arguments != std::string_view::npos)
        name = name.substr(0, arguments);
    for (KnownCall const& known : known_calls) {
        bool const is_prefix = known.name.ends_with('.') || known.name.ends_with("::");
        if (is_prefix ? name.starts_with(known.name) : name == known.name)
            return &known;
    }
    return nullptr;
}

bool changes_receiver(std::string_view method)
{
    constexpr std::string_view names = " append add push pop insert extend clear remove delete set put sort reverse update setdefault "
                                       "push_back pop_back push_front pop_front emplace emplace_back erase resize unshift shift splice "
                                       "addall removeall putall enqueue dequeue write discard popitem fill assign push_str retain drain "
                                       "truncate store append_all clear_all removeat addrange ";
    return names.find(fmt::format(" {} ", method)) != std::string_view::npos;
}

bool is_locking(std::string_view method)
{
    constexpr std::string_view names = " lock rlock unlock runlock acquire release try_lock trylock ";
    return names.find(fmt::format(" {} ", method)) != std::string_view::npos;
}

std::string_view effect_words(Effect effect)
{
    switch (effect) {
    case Effect::input_output:
        return "Reads or writes outside the program: ";
    case Effect::process:
        return "Starts or ends a process: ";
    case Effect::network:
        return "Talks to the network: ";
    case Effect::time:
        return "Depends on the clock or waits: ";
    case Effect::randomness:
        return "Draws random numbers: ";
    case Effect::environment:
        return "Looks at or changes the environment: ";
    case Effect::memory:
        return "Takes or frees memory: ";
    case Effect::locking:
        return "Takes or gives back locks: ";
    case Effect::concurrency:
        return "Starts work that runs beside it: ";
    }
    return {};
}

}
