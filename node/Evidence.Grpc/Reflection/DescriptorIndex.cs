using Google.Protobuf.Reflection;

namespace Grpc.Reflection;

/// <summary>All files that some services need, and in which of them each name stands.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = new(StringComparer.Ordinal);

    public DescriptorIndex(IReadOnlyCollection<ServiceDescriptor> services)
    {
        Services = [.. services.Select(service => service.FullName).Order(StringComparer.Ordinal)];
        foreach (var service in services)
            AddFile(service.File);
    }

    /// <summary>Full names of the services, in order.</summary>
    public IReadOnlyList<string> Services { get; }

    public FileDescriptor? FindFile(string name) => _files.GetValueOrDefault(name);

    /// <summary>The file in which a service, method, message, field, oneof, enum or value stands.</summary>
    public FileDescriptor? FindSymbol(string fullName) => _symbols.GetValueOrDefault(fullName);

    public FileDescriptor? FindExtension(string message, int number) => _extensions.GetValueOrDefault(message)?.GetValueOrDefault(number);

    /// <summary>Numbers of the extensions of a message, in order; null when there is no such message.</summary>
    public IReadOnlyCollection<int>? ExtensionsOf(string message)
        => _extensions.TryGetValue(message, out var known) ? known.Keys : _symbols.ContainsKey(message) ? [] : null;

    /// <summary>A file and all that it needs, itself first.</summary>
    public static IEnumerable<FileDescriptor> WithDependencies(FileDescriptor file)
    {
        var seen = new List<FileDescriptor> { file };
        for (var i = 0; i < seen.Count; i++)
            seen.AddRange(seen[i].Dependencies.Except(seen).ToList());
        return seen;
    }

    private void AddFile(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
            return;
        foreach (var dependency in file.Dependencies)
            AddFile(dependency);
        foreach (var service in file.Services)
            Add(file, [service, .. service.Methods]);
        foreach (var message in file.MessageTypes)
            AddMessage(message);
        foreach (var type in file.EnumTypes)
            Add(file, [type, .. type.Values]);
        AddExtensions(file.Extensions);
    }

    private void AddMessage(MessageDescriptor message)
    {
        Add(message.File, [message, .. message.Fields.InDeclarationOrder(), .. message.Oneofs]);
        foreach (var type in message.EnumTypes)
            Add(message.File, [type, .. type.Values]);
        foreach (var nested in message.NestedTypes)
            AddMessage(nested);
        AddExtensions(message.Extensions);
    }

    private void AddExtensions(ExtensionCollection extensions)
    {
        foreach (var extension in extensions.UnorderedExtensions)
        {
            Add(extension.File, [extension]);
            var extended = extension.ExtendeeType.FullName;
            if (!_extensions.TryGetValue(extended, out var numbers))
                _extensions[extended] = numbers = [];
            numbers[extension.FieldNumber] = extension.File;
        }
    }

    private void Add(FileDescriptor file, IEnumerable<IDescriptor> symbols)
    {
        foreach (var symbol in symbols)
            _symbols[symbol.FullName] = file;
    }
}
