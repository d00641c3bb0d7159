using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Media;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Monitor.Media;

/// <summary>What the kernel counts, out of a sysfs that the test writes.</summary>
public sealed class MediumWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public MediumWatchTests()
    {
        Write("mounts", $"1 0 0:9 / / rw - tmpfs none rw\n2 1 8:1 / {_folder.Path.Replace(" ", "\\040", StringComparison.Ordinal)} rw,relatime shared:1 - ext4 /dev/sda1 rw\n");
        Write("sys/devices/sda/sda1/partition", "1\n");
        Directory.CreateDirectory(_folder.At("sys", "dev", "block"));
        Directory.CreateSymbolicLink(_folder.At("sys", "dev", "block", "8:1"), "../../devices/sda/sda1");
        Count(fileSystem: 0, requests: 0x17);
    }

    private KernelCounters Kernel => new(_folder.At("data"), _folder.At("sys"), _folder.At("mounts"));

    [Fact]
    public void Counts_the_errors_of_the_disk_and_of_the_file_system_on_it()
    {
        var look = Kernel.Look();
        Assert.Null(look.Unseen);
        Assert.Equal([("sda1: errors of the file system", 0L), ("sda: requests that ended with an error", 0x17L)], look.Counters.Select(static counter => (counter.Name, counter.Value)));
    }

    [Fact]
    public void Counts_those_of_every_disk_of_an_array()
    {
        Write("sys/devices/md0/md/dev-sda1/errors", "3\n");
        Directory.CreateDirectory(_folder.At("sys", "devices", "md0", "slaves"));
        Directory.CreateSymbolicLink(_folder.At("sys", "devices", "md0", "slaves", "sda1"), "../../sda/sda1");
        Directory.CreateSymbolicLink(_folder.At("sys", "dev", "block", "9:0"), "../../devices/md0");
        Write("mounts", $"2 1 9:0 / / rw - ext4 /dev/md0 rw\n");
        Assert.Equal(["md0: read errors of sda1 that the array corrected", "sda1: errors of the file system", "sda: requests that ended with an error"], Kernel.Look().Counters.Select(static counter => counter.Name));
    }

    [Theory]
    [InlineData("0:44", null)] // no block device
    [InlineData("8:1", "what?")]
    [InlineData(null, null)] // no table of mounts
    public void That_it_cannot_look_is_its_own_answer(string? device, string? counter)
    {
        if (device is null) File.Delete(_folder.At("mounts"));
        else Write("mounts", $"2 1 {device} / / rw - ext4 /dev/sda1 rw\n");
        if (counter is not null) Write("sys/devices/sda/device/ioerr_cnt", counter);
        var look = Kernel.Look();
        Assert.NotNull(look.Unseen);
        Assert.Empty(look.Counters);
    }

    [Fact]
    public async Task All_errors_of_a_medium_are_one_alert_that_closes_when_no_more_come_and_none_stands()
    {
        await using var node = await TestNode.StartNewAsync();
        var time = new ManualTime();
        using var watch = new MediumWatch(Kernel, node.Logs, node.Alerts, time, NullLogger<MediumWatch>.Instance);
        await watch.LookAsync(CancellationToken.None);
        Assert.Null(Open(node)); // what was there at the start may be old

        Count(fileSystem: 1, requests: 0x19);
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal(2, Open(node)!.Findings.Count);
        Count(fileSystem: 1, requests: 0x1f);
        await watch.LookAsync(CancellationToken.None);
        Assert.Contains("sda: requests that ended with an error 31", Assert.Single(node.Alerts.All, static alert => alert.Cause == MediumWatch.Alert).Message, StringComparison.Ordinal);

        time.Advance(MediumWatch.Quiet);
        await watch.LookAsync(CancellationToken.None);
        Assert.NotNull(Open(node)); // the file system still has its error
        Count(fileSystem: 0, requests: 0x1f);
        File.Move(_folder.At("mounts"), _folder.At("aside"));
        await watch.LookAsync(CancellationToken.None);
        Assert.NotNull(Open(node)); // no look, no end
        File.Move(_folder.At("aside"), _folder.At("mounts"));
        await watch.LookAsync(CancellationToken.None);
        Assert.Null(Open(node));
    }

    [Fact]
    public async Task An_alert_that_could_not_be_written_is_at_the_next_look()
    {
        await using var node = await TestNode.StartNewAsync();
        using var watch = new MediumWatch(Kernel, node.Logs, node.Alerts, new ManualTime(), NullLogger<MediumWatch>.Instance);
        await watch.LookAsync(CancellationToken.None);
        Count(fileSystem: 1, requests: 0x17);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch.LookAsync(new CancellationToken(canceled: true)));
        Assert.Null(Open(node));
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal("1", Assert.Single(Open(node)!.Findings).Actual);
    }

    public void Dispose() => _folder.Dispose();

    private static Alert? Open(TestNode node) => node.Alerts.FindOpen(MediumWatch.Alert);

    private void Count(int fileSystem, int requests)
    {
        Write("sys/fs/ext4/sda1/errors_count", $"{fileSystem}\n");
        Write("sys/devices/sda/device/ioerr_cnt", $"0x{requests:x}\n");
    }

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(file))!);
        File.WriteAllText(_folder.At(file), text);
    }
}
