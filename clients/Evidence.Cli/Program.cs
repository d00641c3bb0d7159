return await Evidence.Cli.EvidenceCommand.RunAsync(args, Console.Out, Console.Error, TimeProvider.System, CancellationToken.None);
