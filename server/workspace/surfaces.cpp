#include "workspace/surfaces.h"

#include "workspace/folded_name.h"

#include <algorithm>
#include <array>

namespace countersign::workspace {

namespace {

using std::string_view;

/// Names of one surface, separated by spaces and line ends. Lower case; a '*' stands for any run of characters.
struct Names {
    Surface surface;
    string_view names;
};

constexpr std::array files = std::to_array<Names>({
    { Surface::build,
        "makefile gnumakefile bsdmakefile makefile.* *.mk *.mak cmakelists.txt *.cmake cmakepresets.json cmakeuserpresets.json "
        "ctesttestfile.cmake meson.build meson.options meson_options.txt *.ninja build.bazel build workspace workspace.bazel "
        "module.bazel *.bzl .bazelrc buck .buckconfig *.gradle *.gradle.kts gradle.properties gradlew gradlew.bat "
        "gradle-wrapper.* pom.xml mvnw mvnw.cmd build.xml *.sbt build.sc build.rs cargo.toml rust-toolchain rust-toolchain.toml "
        "go.mod go.work setup.py setup.cfg pyproject.toml conftest.py noxfile.py tox.ini pytest.ini tasks.py fabfile.py dodo.py "
        "sitecustomize.py usercustomize.py *.pth requirements*.txt pipfile environment.yml environment.yaml pylintrc .pylintrc "
        ".coveragerc gemfile rakefile rakefile.rb *.rake *.gemspec podfile *.podspec composer.json mix.exs rebar.config "
        "package.swift project.clj deps.edn *.csproj *.fsproj *.vbproj *.vcxproj *.props *.targets *.sln *.xcconfig "
        "nuget.config directory.build.rsp *.cabal cabal.project stack.yaml setup.hs dune-project pubspec.yaml *.nix dockerfile "
        "dockerfile.* *.dockerfile containerfile docker-compose*.yml docker-compose*.yaml compose.yml compose.yaml vagrantfile "
        "justfile .justfile *.just taskfile.yml taskfile.yaml tiltfile procfile sconstruct sconscript wscript configure "
        "configure.ac configure.in *.m4 autogen.sh buildfile conanfile.py conanfile.txt vcpkg.json *.config.js *.config.cjs "
        "*.config.mjs *.config.ts *.config.cts *.config.mts *.conf.js *.conf.cjs *.conf.mjs *.conf.ts jest.setup.* "
        "vitest.setup.* vitest.workspace.* gulpfile.* gruntfile.* .babelrc* .eslintrc* .prettierrc* .stylelintrc* .mocharc* "
        ".swcrc .pnp.* .pnpmfile.* .yarnrc lerna.json nx.json turbo.json deno.json deno.jsonc bunfig.toml binding.gyp *.gyp "
        "*.gypi jsr.json " },
    { Surface::ci,
        ".gitlab-ci.yml .gitlab-ci.yaml .travis.yml appveyor.yml .appveyor.yml azure-pipelines*.yml azure-pipelines*.yaml "
        "jenkinsfile jenkinsfile.* .drone.yml .woodpecker.yml .woodpecker.yaml bitbucket-pipelines.yml .cirrus.yml "
        "cloudbuild.yaml cloudbuild.yml buildspec.yml buildspec.yaml codemagic.yaml .build.yml netlify.toml vercel.json "
        "fly.toml dependabot.yml renovate.json renovate.json5 .renovaterc* action.yml action.yaml app.yaml serverless.yml "
        "serverless.yaml " },
    { Surface::editor,
        "*.code-workspace .devcontainer.json .envrc .tool-versions mise.toml .mise.toml .exrc .vimrc .gvimrc .nvimrc .nvim.lua "
        ".lvimrc .dir-locals.el .dir-locals-2.el .projectile *.sublime-project .clangd .lldbinit .gdbinit *-gdb.gdb *-gdb.py "
        ".ycm_extra_conf.py .irbrc .pryrc .rspec .pythonrc .bashrc .bash_profile .bash_login .bash_aliases .profile .zshrc "
        ".zshenv .zprofile .zlogin .kshrc .inputrc .tmux.conf .screenrc .emacs .xinitrc .xprofile *.desktop .rgrc .ripgreprc " },
    { Surface::hook,
        ".pre-commit-config.yaml .pre-commit-config.yml .pre-commit-hooks.yaml lefthook.yml lefthook.yaml .lefthook.yml "
        ".overcommit.yml .gitattributes .gitmodules .gitconfig .lintstagedrc* .huskyrc* .commitlintrc* .hgrc " },
    { Surface::agent,
        "agents.md agents.override.md agent.md claude.md claude.local.md gemini.md qwen.md copilot-instructions.md "
        "*.instructions.md *.prompt.md skill.md .cursorrules .windsurfrules .clinerules .roorules .roomodes .goosehints .rules "
        ".mcp.json mcp.json mcp_config.json .aider.conf.yml .aider* opencode.json opencode.jsonc crush.json .crush.json "
        ".augment-guidelines warp.md llms.txt *.mdc .cursorignore .aiignore " },
    { Surface::lock_file,
        "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock cargo.lock poetry.lock "
        "pipfile.lock uv.lock pdm.lock gemfile.lock composer.lock go.sum go.work.sum mix.lock flake.lock packages.lock.json "
        "*.lockfile podfile.lock pubspec.lock conan.lock module.bazel.lock .terraform.lock.hcl package.resolved "
        "cartfile.resolved " },
    { Surface::ignore_rules, ".gitignore .ignore .rgignore .dockerignore .npmignore .hgignore .eslintignore .prettierignore " },
});

/// Folders, by their last components: everything beneath them is the surface.
constexpr std::array folders = std::to_array<Names>({
    { Surface::ci,
        ".github/workflows .github/actions .circleci .gitlab .buildkite .azure-pipelines .teamcity .forgejo .gitea .builds "
        ".semaphore .woodpecker .drone " },
    { Surface::editor, ".vscode .vscode-insiders .idea .fleet .zed .helix .devcontainer .vim .nvim .sublime .vs .settings " },
    { Surface::hook, ".husky .githooks .git-hooks .lefthook .hg .svn " },
    { Surface::agent,
        ".cursor .windsurf .clinerules .roo .claude .claude-plugin .codex .gemini .qwen .copilot .continue .amazonq .kiro "
        ".junie .agents .agent .opencode .augment .aider .trae .goose .mcp .github/instructions .github/prompts .github/agents "
        ".github/chatmodes .github/hooks .github/skills " },
    { Surface::build, ".cargo .mvn .yarn gradle/wrapper .bazel .config/nextest.toml .bundle " },
});

/// Calls `fits` for each name until one does.
template<typename Fits>
bool any_name(string_view names, Fits fits)
{
    while (!names.empty()) {
        std::size_t const end = names.find(' ');
        if (fits(names.substr(0, end)))
            return true;
        names.remove_prefix(end + 1);
    }
    return false;
}

bool is_beneath(string_view path, Names const& folder)
{
    return any_component(path, [&](string_view, string_view above) {
        return !above.empty() && any_name(folder.names, [&](string_view name) { return ends_in_folder(above, name); });
    });
}

}

std::optional<Surface> surface_by_name(string_view folded_path)
{
    std::size_t const slash = folded_path.rfind('/');
    string_view const name = without_ntfs_tail(slash == string_view::npos ? folded_path : folded_path.substr(slash + 1));
    // A folder says more than the name of a file in it: .github/workflows/build.
    auto const folder = std::find_if(folders.begin(), folders.end(), [&](Names const& each) { return is_beneath(folded_path, each); });
    if (folder != folders.end())
        return folder->surface;
    auto const file = std::find_if(files.begin(), files.end(),
        [&](Names const& each) { return any_name(each.names, [&](string_view pattern) { return fits_pattern(name, pattern); }); });
    return file == files.end() ? std::nullopt : std::optional(file->surface);
}

}
