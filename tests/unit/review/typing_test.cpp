// Proposals while a person types: random files, typing, proposals, partial approvals, discards and undos. What comes out is compared with a
// model that knows lines by number and hunks by the lines around them, and nothing of diffs or merges.
#include "review/rebase.h"
#include "review/undo.h"

#include "sample.h"

#include <gmock/gmock.h>

namespace countersign::review {
namespace {

/// Every line that is ever written is unlike all others, so that the model's merge is the only right one.
struct Line {
    int number;
    std::string text;
};
using ModelFile = std::vector<Line>;

std::string text_of(ModelFile const& file)
{
    std::string text;
    for (Line const& line : file)
        text += line.text;
    return text;
}

/// Lines [begin, end) of a text that was proposed on become `text`; known by the lines' numbers and those of their neighbours.
struct ModelHunk {
    std::vector<int> lines; ///< with a neighbour at each end; -1: the file's beginning or end
    std::string text;
};

class Person {
public:
    explicit Person(unsigned seed) : random(seed)
    {
        for (char const* path : { "a", "b", "c" }) {
            for (std::size_t count = random() % 25; count > 0; --count)
                files[path].push_back(fresh_line());
        }
    }

    Line fresh_line()
    {
        ++last_line;
        return { last_line, "line " + std::to_string(last_line) + "\n" };
    }

    std::string any_path() { return std::string(1, "abc"[random() % 3]); }

    void type()
    {
        ModelFile& file = files[any_path()];
        std::size_t const at = file.empty() ? 0 : random() % (file.size() + 1);
        unsigned const choice = random() % 3;
        if (choice == 0 || file.empty() || at == file.size())
            file.insert(file.begin() + static_cast<std::ptrdiff_t>(at), fresh_line());
        else if (choice == 1)
            file.erase(file.begin() + static_cast<std::ptrdiff_t>(at));
        else
            file[at] = fresh_line();
    }

    Files now() const
    {
        Files texts;
        for (auto const& [path, file] : files)
            texts[path] = text_of(file);
        return texts;
    }

    static std::vector<int> numbers(ModelFile const& file)
    {
        std::vector<int> all;
        for (Line const& line : file)
            all.push_back(line.number);
        return all;
    }

    static ModelHunk known(std::vector<int> const& base, Hunk const& hunk, std::string const& new_text)
    {
        ModelHunk known { { hunk.lines.old_begin == 0 ? -1 : base[hunk.lines.old_begin - 1] }, {} };
        for (std::size_t i = hunk.lines.old_begin; i < hunk.lines.old_end; ++i)
            known.lines.push_back(base[i]);
        known.lines.push_back(hunk.lines.old_end == base.size() ? -1 : base[hunk.lines.old_end]);
        known.text = std::string(Lines(new_text).range(hunk.lines.new_begin, hunk.lines.new_end));
        return known;
    }

    /// Carries a hunk out if its lines and their neighbours still stand together, or what it makes of them already does.
    bool carry_out(std::string const& path, ModelHunk const& hunk)
    {
        ModelFile& file = files[path];
        std::vector<int> framed { -1 };
        for (Line const& line : file)
            framed.push_back(line.number);
        framed.push_back(-1);
        ModelFile inserted;
        Lines const lines(hunk.text);
        std::vector<int> there { hunk.lines.front() };
        for (std::size_t i = 0; i < lines.count(); ++i) {
            inserted.push_back({ std::stoi(std::string(lines.line(i).substr(5))), std::string(lines.line(i)) });
            there.push_back(inserted.back().number);
        }
        there.push_back(hunk.lines.back());
        if (std::search(framed.begin(), framed.end(), there.begin(), there.end()) != framed.end())
            return true;
        auto const found = std::search(framed.begin(), framed.end(), hunk.lines.begin(), hunk.lines.end());
        if (found == framed.end())
            return false;
        auto const begin = file.begin() + (found - framed.begin());
        auto const at = file.erase(begin, begin + static_cast<std::ptrdiff_t>(hunk.lines.size()) - 2);
        file.insert(at, inserted.begin(), inserted.end());
        return true;
    }

    std::mt19937 random;
    std::map<std::string, ModelFile> files;
    int last_line = 0;
};

struct Pending {
    Proposal proposal;
    std::map<std::string, std::vector<int>> base; ///< the lines that it was made for
};

struct Applied {
    Checkpoint checkpoint;
    std::map<std::string, std::vector<int>> after;
};

class Episode {
public:
    explicit Episode(unsigned seed) : person_(seed) { }

    void step()
    {
        unsigned const choice = person_.random() % 20;
        if (choice < 12)
            person_.type();
        else if (choice < 14)
            propose_something();
        else if (choice < 17)
            apply_something();
        else if (choice < 18)
            discard_something();
        else
            undo_something();
    }

    std::size_t applied_hunks = 0, refused = 0, undone_hunks = 0;

private:
    void propose_something()
    {
        Files const now = person_.now();
        std::vector<FileChange> changes;
        for (auto const& [path, text] : now) {
            std::string proposed;
            for (Line const& line : person_.files[path]) {
                unsigned const choice = person_.random() % 10;
                if (choice == 0)
                    continue;
                proposed += choice == 1 ? person_.fresh_line().text : line.text;
                if (choice == 2)
                    proposed += person_.fresh_line().text;
            }
            if (text.empty())
                proposed = person_.fresh_line().text;
            if (proposed != text && person_.random() % 2 == 0)
                changes.push_back(modify(path, text, proposed));
        }
        Pending pending { propose(std::move(changes)), {} };
        for (ProposedFile const& file : pending.proposal.files)
            pending.base[file.change.path] = Person::numbers(person_.files[file.change.path]);
        if (pending.proposal.is_open())
            pending_.push_back(std::move(pending));
    }

    void apply_something()
    {
        if (pending_.empty())
            return;
        Pending& pending = pending_[person_.random() % pending_.size()];
        Files files = person_.now();
        if (auto moved = rebase(pending.proposal, {}, reading(files)).value())
            pending.proposal = std::move(*moved);
        Selection selection;
        for (std::string const& id : selected_hunks(pending.proposal, {}).value_or(std::vector<std::string> {})) {
            if (person_.random() % 3 != 0)
                selection.hunks.push_back(id);
        }
        if (selection.hunks.empty())
            return;
        auto const planned = plan(pending.proposal, selection, reading(files));
        // The model says whether it can be done, and what it comes to.
        auto const before = person_.files;
        bool possible = true;
        for (ProposedFile const& file : pending.proposal.files) {
            for (Hunk const& hunk : file.hunks) {
                if (std::find(selection.hunks.begin(), selection.hunks.end(), hunk.id) != selection.hunks.end())
                    possible = possible
                        && person_.carry_out(file.change.path, Person::known(pending.base[file.change.path], hunk, file.change.new_text));
            }
        }
        ASSERT_EQ(planned.has_value(), possible) << error_of(planned);
        if (!possible) {
            person_.files = before;
            ASSERT_EQ(planned.error().code, ErrorCode::stale);
            ASSERT_THAT(planned.error().message, testing::HasSubstr("hunk"));
            ++refused;
            return;
        }
        applied_hunks += selection.hunks.size();
        review::carry_out(files, *planned);
        ASSERT_EQ(files, person_.now());
        remember(*planned);
        record_applied(pending.proposal, *planned);
        drop_decided();
    }

    void remember(std::vector<PlannedFile> const& planned)
    {
        Applied applied;
        for (PlannedFile const& file : planned) {
            std::string const before = support::content_hash(file.before);
            std::string const after = support::content_hash(file.after);
            texts_[before] = file.before;
            texts_[after] = file.after;
            applied.checkpoint.files.push_back({ file.kind, file.path, "", before, after, file.format });
            applied.after[file.path] = Person::numbers(person_.files[file.path]);
        }
        applied_.push_back(std::move(applied));
    }

    void discard_something()
    {
        if (pending_.empty())
            return;
        Proposal& proposal = pending_[person_.random() % pending_.size()].proposal;
        auto const ids = selected_hunks(proposal, {}).value();
        decide(proposal, { ids[person_.random() % ids.size()] }, Decision::discarded);
        drop_decided();
    }

    void undo_something()
    {
        if (applied_.empty())
            return;
        Applied const applied = applied_[person_.random() % applied_.size()];
        Files files = person_.now();
        auto const undone = undo(
            { applied.checkpoint }, [&](std::string const& hash) { return reading(texts_)(hash); }, reading(files), CreatedFiles::remove);
        ASSERT_TRUE(undone) << error_of(undone);
        std::size_t conflicts = 0;
        for (CheckpointFile const& file : applied.checkpoint.files) {
            Proposal const back = propose({ modify(file.path, texts_[file.after], texts_[file.before]) });
            if (back.files.empty())
                continue;
            for (Hunk const& hunk : back.files[0].hunks) {
                ModelHunk const known = Person::known(applied.after.at(file.path), hunk, texts_[file.before]);
                if (person_.carry_out(file.path, known))
                    ++undone_hunks;
                else
                    ++conflicts;
            }
        }
        Proposal const proposal = propose(undone->changes);
        if (proposal.is_open())
            review::carry_out(files, plan(proposal, {}, reading(files)).value());
        ASSERT_EQ(files, person_.now());
        ASSERT_EQ(undone->refused.size(), conflicts);
    }

    void drop_decided()
    {
        std::erase_if(pending_, [](Pending const& pending) { return !pending.proposal.is_open(); });
    }

    Person person_;
    std::vector<Pending> pending_;
    std::vector<Applied> applied_;
    Files texts_; ///< by hash
};

TEST(typing, always_ends_with_the_persons_text_and_exactly_the_approved_hunks)
{
    std::size_t applied = 0, refused = 0, undone = 0;
    for (unsigned seed = 1; seed <= 200; ++seed) {
        Episode episode(seed);
        for (int round = 0; round < 50; ++round) {
            episode.step();
            ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed << ", round " << round;
        }
        applied += episode.applied_hunks;
        refused += episode.refused;
        undone += episode.undone_hunks;
    }
    EXPECT_GT(applied, 300u);
    EXPECT_GT(refused, 100u);
    EXPECT_GT(undone, 100u);
}

}
}
