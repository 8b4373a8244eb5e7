#include "sandbox/command_table.h"

#include <array>

namespace countersign::sandbox {

namespace {

using Kind = CommandKind;

constexpr std::array rows {
    // Reach for the machine itself: privileges, other hosts with the person's keys, mounts, other containers.
    CommandRow { "sudo su doas pkexec runuser sg newgrp login", "", Kind::forbidden, "it asks for other privileges" },
    CommandRow { "docker podman nerdctl ctr buildah lxc lxc-start kubectl systemd-run machinectl virsh", "", Kind::forbidden,
        "it drives containers or machines from outside the sandbox" },
    CommandRow { "ssh scp sftp sshpass mosh rlogin rsh ssh-add ssh-agent ssh-copy-id", "", Kind::forbidden,
        "it reaches other machines with your keys" },
    CommandRow {
        "mount umount fusermount losetup mkfs fdisk parted insmod modprobe rmmod kexec reboot shutdown halt poweroff init systemctl "
        "service crontab at batch",
        "", Kind::forbidden, "it changes the machine, not the project" },
    CommandRow { "unshare nsenter setns chroot bwrap firejail pivot_root capsh setpriv", "", Kind::forbidden,
        "it builds or leaves sandboxes of its own" },

    // Only of use with a network.
    CommandRow { "curl wget aria2c nc ncat netcat socat telnet ftp tftp rsync ping traceroute dig host nslookup whois openssl nmap "
                 "tcpdump gh glab hub aws gcloud az",
        "", Kind::network, "it is of use only with a network" },
    CommandRow { "git", "push fetch pull clone send-email", Kind::network, "this git command is of use only with a network" },
    CommandRow { "npm pnpm yarn", "publish login adduser token", Kind::network, "it speaks to a package registry in your name" },
    CommandRow { "cargo", "publish login owner yank", Kind::network, "it speaks to a package registry in your name" },
    CommandRow { "twine", "", Kind::network, "it speaks to a package registry in your name" },

    // The program text is an argument.
    CommandRow { "sh bash dash zsh ksh mksh ash fish csh tcsh rbash pwsh", "-c", Kind::shell_text, "it is a text for a shell" },
    CommandRow { "eval source exec command builtin", "", Kind::shell_text, "it is a word of a shell" },
    CommandRow { "watch parallel", "", Kind::shell_text, "it hands its arguments to a shell" },
    CommandRow { "script flock", "-c --command", Kind::shell_text, "it hands a text to a shell" },
    CommandRow { "env", "-S --split-string", Kind::shell_text, "it makes a command line out of a text" },
    CommandRow { "gdb", "-x --command -ex --eval-command --init-command", Kind::reaching, "its commands can run other programs" },
    CommandRow { "python pypy", "-c", Kind::inline_code, "its program is among the arguments" },
    CommandRow { "node nodejs bun", "-e --eval -p --print", Kind::inline_code, "its program is among the arguments" },
    CommandRow { "deno", "eval", Kind::inline_code, "its program is among the arguments" },
    CommandRow { "perl", "-e -E", Kind::inline_code, "its program is among the arguments" },
    CommandRow { "ruby lua luajit Rscript elixir erl", "-e -eval", Kind::inline_code, "its program is among the arguments" },
    CommandRow { "php", "-r", Kind::inline_code, "its program is among the arguments" },

    // Start what stands among their arguments.
    CommandRow { "env nice ionice timeout nohup setsid stdbuf time chrt taskset flock watch strace ltrace gdb valgrind script parallel "
                 "busybox toybox catchsegv prlimit numactl faketime unbuffer dbus-run-session xvfb-run start-stop-daemon",
        "", Kind::plain, "", true },
    CommandRow { "xargs", "", Kind::reaching, "it runs other programs on what it reads", true },
    CommandRow { "find", "-exec -execdir -ok -okdir", Kind::reaching, "it runs other programs", true },
    CommandRow { "find", "-delete -fprint -fprint0 -fprintf -fls", Kind::reaching, "it deletes or writes files" },
    CommandRow { "fd fdfind", "-x --exec -X --exec-batch", Kind::reaching, "it runs other programs", true },
    CommandRow { "ld-linux* ld.so*", "", Kind::reaching, "it starts a program by way of the dynamic linker", true },

    // Options that run something else, or write where one would not look.
    CommandRow { "git",
        "-c --config-env --exec-path --upload-pack --receive-pack --ext-diff --textconv bisect filter-branch rebase submodule config "
        "commit difftool mergetool instaweb gc hook credential",
        Kind::reaching, "this git command can run programs that its configuration names, or changes what it keeps" },
    CommandRow { "rg", "--pre --pre-glob --hostname-bin", Kind::reaching, "it runs another program on each file" },
    CommandRow { "grep ugrep", "--pager --filter", Kind::reaching, "it runs another program" },
    CommandRow { "sort", "-o --output --compress-program", Kind::reaching, "it writes a file or runs another program" },
    CommandRow { "tar bsdtar", "--to-command --checkpoint-action -I --use-compress-program --rsh-command --info-script -F", Kind::reaching,
        "it runs another program" },
    CommandRow { "zip", "-T -TT --unzip-command", Kind::reaching, "it runs another program" },
    CommandRow { "man", "-H --html -P --pager -C --config-file", Kind::reaching, "it runs another program" },
    CommandRow {
        "less more most vi vim nvim view ed ex emacs nano", "", Kind::reaching, "it is an editor or pager that can start a shell" },
    CommandRow { "rm rmdir shred unlink truncate", "", Kind::reaching, "it deletes" },
    CommandRow { "dd chmod chown chgrp setfacl setfattr ln install", "", Kind::reaching, "it changes files, links or rights" },
    CommandRow { "tee", "", Kind::reaching, "it writes files" },
    CommandRow { "pip pipx uv easy_install", "install sync add", Kind::reaching, "it runs code of packages, and fetches them" },
    CommandRow { "npm pnpm yarn bun", "install i ci add update upgrade exec x dlx init create link", Kind::reaching,
        "it runs code of packages, and fetches them" },
    CommandRow { "npx bunx pnpx", "", Kind::reaching, "it runs a package, and may fetch it" },
    CommandRow { "cargo", "install add update fetch", Kind::reaching, "it runs code of packages, and fetches them" },
    CommandRow { "go", "get install mod generate", Kind::reaching, "it fetches packages or runs generators" },
    CommandRow { "gem bundle bundler composer cpan luarocks", "", Kind::reaching, "it runs code of packages, and fetches them" },
    CommandRow { "apt apt-get dpkg rpm dnf yum pacman apk brew snap flatpak nix", "", Kind::reaching, "it installs software" },
    CommandRow { "kill killall pkill", "", Kind::reaching, "it ends processes" },
};

}

std::span<CommandRow const> command_rows() { return rows; }

}
