using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace A2AConsole.Trust.Custody.Pkcs11;

/// <summary>
/// A logged-in token and its sessions. A session does one thing at a time, so there is a pool of them; when the token was away and is
/// back, everything is opened anew and the call is made once more.
/// </summary>
internal sealed class Pkcs11Token(Pkcs11Options options) : IDisposable
{
    // The wrapper asks for "libdl", which is there under that name only where development packages are.
    static Pkcs11Token() => NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly, static (name, _, _)
        => name == "libdl" && (NativeLibrary.TryLoad("libdl.so.2", out var handle) || NativeLibrary.TryLoad("libc.so.6", out handle)) ? handle : IntPtr.Zero);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _room = new(options.Sessions);
    private Connection? _connection;
    private bool _disposed;

    public Pkcs11InteropFactories Factories { get; } = new();

    /// <summary>
    /// Runs something in a session of its own; the object beside it tells when handles that were kept are void: it is another one then. Throws
    /// <see cref="TrustStartupException"/> when module or token cannot be had, <see cref="CryptographicException"/> when the module refuses.
    /// </summary>
    public T Use<T>(Func<ISession, object, T> work)
    {
        _room.Wait();
        try
        {
            for (var isLast = false; ; isLast = true)
            {
                var connection = Connect();
                try
                {
                    return connection.Use(work);
                }
                catch (Pkcs11Exception e) when (!isLast && IsLost(e.RV))
                {
                    Drop(connection);
                }
                catch (Pkcs11Exception e)
                {
                    throw new CryptographicException($"The token \"{options.TokenLabel}\" refused: {e.RV}.", e);
                }
            }
        }
        finally
        {
            _room.Release();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _connection?.Dispose();
            _connection = null;
        }
    }

    private static bool IsLost(CKR code) => code is CKR.CKR_SESSION_HANDLE_INVALID or CKR.CKR_SESSION_CLOSED or CKR.CKR_DEVICE_REMOVED or CKR.CKR_TOKEN_NOT_PRESENT
        or CKR.CKR_USER_NOT_LOGGED_IN or CKR.CKR_DEVICE_ERROR or CKR.CKR_CRYPTOKI_NOT_INITIALIZED or CKR.CKR_OBJECT_HANDLE_INVALID or CKR.CKR_KEY_HANDLE_INVALID
        or CKR.CKR_TOKEN_NOT_RECOGNIZED or CKR.CKR_SLOT_ID_INVALID;

    private Connection Connect()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _connection ??= Open();
        }
    }

    private void Drop(Connection connection)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_connection, connection))
                _connection = null;
        }
        connection.Dispose();
    }

    private Connection Open()
    {
        if (!File.Exists(options.Library))
            throw new TrustStartupException($"The PKCS#11 module \"{options.Library}\" is not there: set {TrustOptions.Section}:Pkcs11:Library to the module's .so.");
        var pin = !string.IsNullOrEmpty(options.Pin) ? options.Pin : Environment.GetEnvironmentVariable(Pkcs11Options.PinVariable);
        if (string.IsNullOrEmpty(pin))
            throw new TrustStartupException($"The token \"{options.TokenLabel}\" needs its user PIN: set {Pkcs11Options.PinVariable}.");
        IPkcs11Library? library = null;
        try
        {
            library = Factories.Pkcs11LibraryFactory.LoadPkcs11Library(Factories, options.Library, AppType.MultiThreaded);
            var slots = library.GetSlotList(SlotsType.WithTokenPresent).Where(s => s.GetTokenInfo().Label == options.TokenLabel).ToList();
            if (slots.Count != 1)
            {
                throw new TrustStartupException(slots.Count == 0
                    ? $"No token \"{options.TokenLabel}\" is in the module {options.Library}: is it plugged in, is {TrustOptions.Section}:Pkcs11:TokenLabel its label?"
                    : $"{slots.Count} tokens in the module {options.Library} are called \"{options.TokenLabel}\": give the right one a name of its own.");
            }
            var first = slots[0].OpenSession(SessionType.ReadWrite);
            try
            {
                first.Login(CKU.CKU_USER, pin);
            }
            catch (Pkcs11Exception e) when (e.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
            {
                // Logging in counts for the whole process.
            }
            catch (Pkcs11Exception e)
            {
                throw new TrustStartupException($"The token \"{options.TokenLabel}\" does not take the PIN ({e.RV}): check {Pkcs11Options.PinVariable}. Tokens lock after a few wrong ones.", e);
            }
            return new Connection(library, slots[0], first);
        }
        catch (Exception e) when (e is not TrustStartupException)
        {
            library?.Dispose();
            throw new TrustStartupException($"The PKCS#11 module {options.Library} cannot be used: {e.Message}", e);
        }
        catch
        {
            library?.Dispose();
            throw;
        }
    }

    private sealed class Connection(IPkcs11Library library, ISlot slot, ISession first) : IDisposable
    {
        private readonly ConcurrentBag<ISession> _idle = [first];
        private bool _closed;

        public T Use<T>(Func<ISession, object, T> work)
        {
            var session = _idle.TryTake(out var idle) ? idle : slot.OpenSession(SessionType.ReadWrite);
            try
            {
                var result = work(session, this);
                _idle.Add(session);
                return result;
            }
            catch (Pkcs11Exception)
            {
                // It may be in the middle of something: the next one gets another.
                Close(session);
                throw;
            }
        }

        private static void Close(ISession session)
        {
            try
            {
                session.CloseSession();
            }
            catch (Pkcs11Exception)
            {
                // It is gone already.
            }
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _closed, true))
                return;
            try
            {
                slot.CloseAllSessions();
            }
            catch (Pkcs11Exception)
            {
                // They are gone with the token.
            }
            library.Dispose();
        }
    }
}
