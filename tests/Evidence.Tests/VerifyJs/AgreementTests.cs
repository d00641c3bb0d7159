using System.Globalization;

namespace Evidence.Tests.VerifyJs;

/// <summary>
/// Two verifiers that were written apart come to the same verdict on every package: outcome of each layer, codes of warnings and errors, and counts of records. A longer
/// run by hand: EVIDENCE_FUZZ=seed:count; EVIDENCE_FUZZ_FOLDER keeps there what they differ on.
/// </summary>
public sealed class AgreementTests
{
    private static readonly (int Seed, int Count) Run = Parse(Environment.GetEnvironmentVariable("EVIDENCE_FUZZ") ?? "20261122:400");

    [Fact]
    public async Task Agree_that_sound_packages_are()
    {
        Assert.All(SoundPackages.All.Where(static sound => sound.IsSound), static sound => Assert.True(Opinion.Of(sound).IsIntact, sound.Name));
        await AssertAgreement(SoundPackages.All);
    }

    [Fact]
    public async Task Agree_on_packages_of_which_bytes_members_and_fields_were_changed()
    {
        var mutations = new PackageMutations(new Random(Run.Seed));
        await AssertAgreement([.. Enumerable.Range(0, 2 * Run.Count).Select(i => mutations.Mutate(SoundPackages.All[i % SoundPackages.All.Count], SoundPackages.All))]);
    }

    [Fact]
    public async Task Agree_on_chains_that_keep_to_their_rules_or_do_not()
    {
        var mutations = new ChainMutations(new Random(Run.Seed));
        await AssertAgreement([.. Enumerable.Range(0, Run.Count).Select(mutations.Make)]);
    }

    [Fact]
    public async Task Agree_on_histories_of_validators_that_hold_or_do_not()
    {
        var mutations = new HistoryMutations(new Random(Run.Seed));
        await AssertAgreement([.. Enumerable.Range(0, Run.Count / 2).Select(mutations.Make)]);
    }

    [Fact]
    public async Task Agree_on_signatures_that_fit_or_do_not()
    {
        var mutations = new SignatureMutations(new Random(Run.Seed));
        await AssertAgreement([.. Enumerable.Range(0, Run.Count).Select(mutations.Make)]);
    }

    [Fact]
    public Task Agree_at_the_edges_of_what_the_format_can_say() => AssertAgreement(AwkwardPackages.All);

    private static async Task AssertAgreement(IReadOnlyList<FuzzCase> cases)
    {
        var second = await SecondVerifier.JudgeAsync(cases);
        Assert.Equal(cases.Count, second.Count);
        var differing = cases.Zip(second, static (item, theirs) => (Case: item, Ours: Opinion.Of(item), Theirs: theirs)).Where(static found => found.Ours != found.Theirs).ToList();
        foreach (var (item, _, _) in differing) Keep(item);
        Assert.True(differing.Count == 0, $"{differing.Count} of {cases.Count} differ:\n{string.Join("\n\n", differing.Take(12).Select(static found => $"{found.Case.Name}\nC#:\n{found.Ours.Agreed}\nTypeScript:\n{found.Theirs.Agreed}"))}");
        Assert.DoesNotContain(cases.Zip(second), static found => !found.First.IsSound && found.Second.IsIntact);
    }

    private static void Keep(FuzzCase item)
    {
        if (Environment.GetEnvironmentVariable("EVIDENCE_FUZZ_FOLDER") is not { Length: > 0 } folder) return;
        var at = Directory.CreateDirectory(Path.Combine(folder, string.Concat(item.Name.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '_')))).FullName;
        File.WriteAllBytes(Path.Combine(at, "package.zip"), item.Package);
        if (item.Trust is not null) File.WriteAllBytes(Path.Combine(at, "trust.json"), item.Trust);
    }

    private static (int Seed, int Count) Parse(string text) =>
        text.Split(':') is [var seed, var count] ? (int.Parse(seed, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture)) : throw new FormatException("EVIDENCE_FUZZ is seed:count.");
}
