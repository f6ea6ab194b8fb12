IF OBJECT_ID(N'[__EFMigrationsHistory]') IS NULL
BEGIN
    CREATE TABLE [__EFMigrationsHistory] (
        [MigrationId] nvarchar(150) NOT NULL,
        [ProductVersion] nvarchar(32) NOT NULL,
        CONSTRAINT [PK___EFMigrationsHistory] PRIMARY KEY ([MigrationId])
    );
END;
GO

BEGIN TRANSACTION;
IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AgentHours] (
        [AgentNumber] int NOT NULL,
        [Hour] int NOT NULL,
        [Code] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Count] bigint NOT NULL,
        CONSTRAINT [PK_AgentHours] PRIMARY KEY ([AgentNumber], [Hour], [Code])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [Agents] (
        [Number] int NOT NULL IDENTITY,
        [SpiffeId] varchar(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Environment] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Role] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Name] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Organisation] nvarchar(256) NOT NULL,
        [Owner] nvarchar(256) NULL,
        [State] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Tier] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [CreatedAt] bigint NOT NULL,
        [EnrolledAt] bigint NULL,
        [LastSeenAt] bigint NULL,
        [Admitted] bigint NOT NULL,
        [Refused] bigint NOT NULL,
        [CertificateSerial] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [CertificateNotBefore] bigint NULL,
        [CertificateNotAfter] bigint NULL,
        [IsDemo] bit NOT NULL,
        CONSTRAINT [PK_Agents] PRIMARY KEY ([Number])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetRoles] (
        [Id] nvarchar(64) NOT NULL,
        [Name] nvarchar(256) NULL,
        [NormalizedName] nvarchar(256) NULL,
        [ConcurrencyStamp] nvarchar(128) NULL,
        CONSTRAINT [PK_AspNetRoles] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetUsers] (
        [Id] nvarchar(64) NOT NULL,
        [DisplayName] nvarchar(256) NOT NULL,
        [IsDemo] bit NOT NULL,
        [LastLookedAt] bigint NULL,
        [VerifiedSize] bigint NULL,
        [VerifiedRoot] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [VerifiedAt] bigint NULL,
        [Theme] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [UserName] nvarchar(256) NULL,
        [NormalizedUserName] nvarchar(256) NULL,
        [Email] nvarchar(256) NULL,
        [NormalizedEmail] nvarchar(256) NULL,
        [EmailConfirmed] bit NOT NULL,
        [PasswordHash] nvarchar(1024) NULL,
        [SecurityStamp] nvarchar(128) NULL,
        [ConcurrencyStamp] nvarchar(128) NULL,
        [PhoneNumber] nvarchar(32) NULL,
        [PhoneNumberConfirmed] bit NOT NULL,
        [TwoFactorEnabled] bit NOT NULL,
        [LockoutEnd] bigint NULL,
        [LockoutEnabled] bit NOT NULL,
        [AccessFailedCount] int NOT NULL,
        CONSTRAINT [PK_AspNetUsers] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [Counterparties] (
        [AgentNumber] int NOT NULL,
        [Peer] varchar(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Type] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Count] bigint NOT NULL,
        [FirstSeenAt] bigint NOT NULL,
        [LastSeenAt] bigint NOT NULL,
        CONSTRAINT [PK_Counterparties] PRIMARY KEY ([AgentNumber], [Peer], [Type])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [EventPayloads] (
        [FirstLeaf] bigint NOT NULL,
        [RecordedAt] bigint NOT NULL,
        [ReplayUntil] bigint NOT NULL,
        [ReplayKeys] varbinary(max) NOT NULL,
        [BatchEnvelope] varbinary(max) NOT NULL,
        [Events] varbinary(max) NOT NULL,
        CONSTRAINT [PK_EventPayloads] PRIMARY KEY ([FirstLeaf])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [IdempotencyKeys] (
        [AgentNumber] int NOT NULL,
        [Key] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [ContentDigest] varbinary(32) NOT NULL,
        [LeafIndex] bigint NOT NULL,
        [ExpiresAt] bigint NOT NULL,
        CONSTRAINT [PK_IdempotencyKeys] PRIMARY KEY ([AgentNumber], [Key])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [LedgerBlocks] (
        [FirstLeaf] bigint NOT NULL,
        [Count] int NOT NULL,
        [AgentNumber] int NULL,
        [RecordedAt] bigint NOT NULL,
        [Content] int NOT NULL,
        [Leaves] varbinary(max) NOT NULL,
        CONSTRAINT [PK_LedgerBlocks] PRIMARY KEY ([FirstLeaf])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [LedgerMinutes] (
        [Minute] int NOT NULL,
        [FirstLeaf] bigint NOT NULL,
        [LastLeaf] bigint NOT NULL,
        CONSTRAINT [PK_LedgerMinutes] PRIMARY KEY ([Minute])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [LedgerTiles] (
        [Level] int NOT NULL,
        [Index] bigint NOT NULL,
        [Hashes] varbinary(max) NOT NULL,
        CONSTRAINT [PK_LedgerTiles] PRIMARY KEY ([Level], [Index])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [LookupBuckets] (
        [Segment] bigint NOT NULL,
        [Bucket] int NOT NULL,
        [Entries] varbinary(max) NOT NULL,
        CONSTRAINT [PK_LookupBuckets] PRIMARY KEY ([Bucket], [Segment])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [TrafficMinutes] (
        [Minute] int NOT NULL,
        [Code] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Count] bigint NOT NULL,
        CONSTRAINT [PK_TrafficMinutes] PRIMARY KEY ([Minute], [Code])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [TreeHeads] (
        [Id] int NOT NULL,
        [Size] bigint NOT NULL,
        [Root] varbinary(32) NOT NULL,
        [Edge] varbinary(max) NOT NULL,
        [Checkpoint] varchar(4000) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [At] bigint NOT NULL,
        [WriterEpoch] bigint NOT NULL,
        [ReplaySeed] bigint NOT NULL,
        CONSTRAINT [PK_TreeHeads] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [TrustAnchors] (
        [Fingerprint] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Purpose] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [NotBefore] bigint NOT NULL,
        [NotAfter] bigint NOT NULL,
        [Der] varbinary(8000) NOT NULL,
        CONSTRAINT [PK_TrustAnchors] PRIMARY KEY ([Fingerprint])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [Certificates] (
        [Id] bigint NOT NULL,
        [Serial] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [AgentNumber] int NOT NULL,
        [KeyId] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [NotBefore] bigint NOT NULL,
        [NotAfter] bigint NOT NULL,
        [IssuedAt] bigint NOT NULL,
        [RevokedAt] bigint NULL,
        [RevocationReason] nvarchar(500) NULL,
        [RevokedBy] nvarchar(256) NULL,
        [Der] varbinary(8000) NOT NULL,
        CONSTRAINT [PK_Certificates] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_Certificates_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [JoinTokens] (
        [Hash] binary(32) NOT NULL,
        [AgentNumber] int NOT NULL,
        [CreatedAt] bigint NOT NULL,
        [CreatedBy] nvarchar(256) NOT NULL,
        [ExpiresAt] bigint NOT NULL,
        [SpentAt] bigint NULL,
        CONSTRAINT [PK_JoinTokens] PRIMARY KEY ([Hash]),
        CONSTRAINT [FK_JoinTokens_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [QuarantineItems] (
        [Id] bigint NOT NULL,
        [AgentNumber] int NULL,
        [RecordedAt] bigint NOT NULL,
        [Code] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Detail] nvarchar(500) NULL,
        [MessageId] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [Type] nvarchar(128) NULL,
        [Digest] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [RemoteAddress] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [Count] bigint NOT NULL,
        [Size] bigint NOT NULL,
        [Demo] nvarchar(40) NULL,
        [Bytes] varbinary(max) NULL,
        CONSTRAINT [PK_QuarantineItems] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_QuarantineItems_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [RefusalSummaries] (
        [AgentNumber] int NOT NULL,
        [Minute] int NOT NULL,
        [Count] bigint NOT NULL,
        [Size] bigint NOT NULL,
        [Codes] varchar(500) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Demo] nvarchar(40) NULL,
        CONSTRAINT [PK_RefusalSummaries] PRIMARY KEY ([AgentNumber], [Minute]),
        CONSTRAINT [FK_RefusalSummaries_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetRoleClaims] (
        [Id] int NOT NULL IDENTITY,
        [RoleId] nvarchar(64) NOT NULL,
        [ClaimType] nvarchar(256) NULL,
        [ClaimValue] nvarchar(1024) NULL,
        CONSTRAINT [PK_AspNetRoleClaims] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_AspNetRoleClaims_AspNetRoles_RoleId] FOREIGN KEY ([RoleId]) REFERENCES [AspNetRoles] ([Id]) ON DELETE CASCADE
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetUserClaims] (
        [Id] int NOT NULL IDENTITY,
        [UserId] nvarchar(64) NOT NULL,
        [ClaimType] nvarchar(256) NULL,
        [ClaimValue] nvarchar(1024) NULL,
        CONSTRAINT [PK_AspNetUserClaims] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_AspNetUserClaims_AspNetUsers_UserId] FOREIGN KEY ([UserId]) REFERENCES [AspNetUsers] ([Id]) ON DELETE CASCADE
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetUserLogins] (
        [LoginProvider] nvarchar(128) NOT NULL,
        [ProviderKey] nvarchar(128) NOT NULL,
        [ProviderDisplayName] nvarchar(256) NULL,
        [UserId] nvarchar(64) NOT NULL,
        CONSTRAINT [PK_AspNetUserLogins] PRIMARY KEY ([LoginProvider], [ProviderKey]),
        CONSTRAINT [FK_AspNetUserLogins_AspNetUsers_UserId] FOREIGN KEY ([UserId]) REFERENCES [AspNetUsers] ([Id]) ON DELETE CASCADE
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetUserPasskeys] (
        [CredentialId] varbinary(1024) NOT NULL,
        [UserId] nvarchar(64) NOT NULL,
        [Data] nvarchar(max) NOT NULL,
        CONSTRAINT [PK_AspNetUserPasskeys] PRIMARY KEY NONCLUSTERED ([CredentialId]),
        CONSTRAINT [FK_AspNetUserPasskeys_AspNetUsers_UserId] FOREIGN KEY ([UserId]) REFERENCES [AspNetUsers] ([Id]) ON DELETE CASCADE
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetUserRoles] (
        [UserId] nvarchar(64) NOT NULL,
        [RoleId] nvarchar(64) NOT NULL,
        CONSTRAINT [PK_AspNetUserRoles] PRIMARY KEY ([UserId], [RoleId]),
        CONSTRAINT [FK_AspNetUserRoles_AspNetRoles_RoleId] FOREIGN KEY ([RoleId]) REFERENCES [AspNetRoles] ([Id]) ON DELETE CASCADE,
        CONSTRAINT [FK_AspNetUserRoles_AspNetUsers_UserId] FOREIGN KEY ([UserId]) REFERENCES [AspNetUsers] ([Id]) ON DELETE CASCADE
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetUserTokens] (
        [UserId] nvarchar(64) NOT NULL,
        [LoginProvider] nvarchar(128) NOT NULL,
        [Name] nvarchar(128) NOT NULL,
        [Value] nvarchar(2048) NULL,
        CONSTRAINT [PK_AspNetUserTokens] PRIMARY KEY ([UserId], [LoginProvider], [Name]),
        CONSTRAINT [FK_AspNetUserTokens_AspNetUsers_UserId] FOREIGN KEY ([UserId]) REFERENCES [AspNetUsers] ([Id]) ON DELETE CASCADE
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_AgentHours_Hour] ON [AgentHours] ([Hour]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_Agents_Environment_Role_State_Tier_Organisation] ON [Agents] ([Environment], [Role], [State], [Tier], [Organisation]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_Agents_Name_Number] ON [Agents] ([Name], [Number]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_Agents_Owner_State_CertificateNotAfter_CertificateNotBefore] ON [Agents] ([Owner], [State], [CertificateNotAfter], [CertificateNotBefore]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_Agents_SpiffeId] ON [Agents] ([SpiffeId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_Agents_State_CertificateNotAfter_CertificateNotBefore] ON [Agents] ([State], [CertificateNotAfter], [CertificateNotBefore]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_AspNetRoleClaims_RoleId] ON [AspNetRoleClaims] ([RoleId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    EXEC(N'CREATE UNIQUE INDEX [RoleNameIndex] ON [AspNetRoles] ([NormalizedName]) WHERE [NormalizedName] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_AspNetUserClaims_UserId] ON [AspNetUserClaims] ([UserId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_AspNetUserLogins_UserId] ON [AspNetUserLogins] ([UserId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_AspNetUserPasskeys_UserId] ON [AspNetUserPasskeys] ([UserId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_AspNetUserRoles_RoleId] ON [AspNetUserRoles] ([RoleId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [EmailIndex] ON [AspNetUsers] ([NormalizedEmail]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    EXEC(N'CREATE UNIQUE INDEX [UserNameIndex] ON [AspNetUsers] ([NormalizedUserName]) WHERE [NormalizedUserName] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_Certificates_AgentNumber_NotAfter] ON [Certificates] ([AgentNumber], [NotAfter]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_Certificates_NotAfter_Id] ON [Certificates] ([NotAfter], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_Certificates_Serial] ON [Certificates] ([Serial]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_Counterparties_Peer] ON [Counterparties] ([Peer]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_EventPayloads_ReplayUntil] ON [EventPayloads] ([ReplayUntil]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_IdempotencyKeys_ExpiresAt] ON [IdempotencyKeys] ([ExpiresAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_JoinTokens_AgentNumber] ON [JoinTokens] ([AgentNumber]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_LedgerBlocks_AgentNumber_FirstLeaf] ON [LedgerBlocks] ([AgentNumber], [FirstLeaf]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_LedgerBlocks_NotAdmitted] ON [LedgerBlocks] ([FirstLeaf]) WHERE [Content] <> 1');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_QuarantineItems_AgentNumber_Id] ON [QuarantineItems] ([AgentNumber], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_QuarantineItems_Code_Id] ON [QuarantineItems] ([Code], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_QuarantineItems_Digest] ON [QuarantineItems] ([Digest]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_QuarantineItems_MessageId] ON [QuarantineItems] ([MessageId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_QuarantineItems_RecordedAt_Id] ON [QuarantineItems] ([RecordedAt], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_QuarantineItems_RemoteAddress] ON [QuarantineItems] ([RemoteAddress]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_TrustAnchors_Purpose_NotAfter] ON [TrustAnchors] ([Purpose], [NotAfter]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    INSERT INTO [__EFMigrationsHistory] ([MigrationId], [ProductVersion])
    VALUES (N'20261123044156_Initial', N'10.0.14');
END;

COMMIT;
GO

BEGIN TRANSACTION;
IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [TrustAnchors] ADD [KeyId] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL DEFAULT '';
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [TrustAnchors] ADD [State] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL DEFAULT '';
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [TrustAnchors] ADD [StateChangedAt] bigint NOT NULL DEFAULT CAST(0 AS bigint);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Certificates] ADD [Algorithm] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL DEFAULT '';
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Certificates] ADD [IssuerKeyId] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL DEFAULT '';
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Certificates] ADD [RevocationCode] varchar(64) COLLATE Latin1_General_100_BIN2 NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Certificates] ADD [SigningAlgorithm] varchar(64) COLLATE Latin1_General_100_BIN2 NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Certificates] ADD [SigningKeyId] varchar(64) COLLATE Latin1_General_100_BIN2 NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Certificates] ADD [SupersededAt] bigint NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Certificates] ADD [WithdrawAt] bigint NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [AspNetUsers] ADD [Tables] nvarchar(2000) NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Agents] ADD [Assurance] varchar(64) COLLATE Latin1_General_100_BIN2 NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Agents] ADD [AttestedAt] bigint NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Agents] ADD [ClockSkewMs] int NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Agents] ADD [EntryId] int NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Agents] ADD [RenewalHeldAt] bigint NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Agents] ADD [RenewalHeldReason] nvarchar(500) NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Agents] ADD [RotationRequestedAt] bigint NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Agents] ADD [RotationRequestedBy] nvarchar(256) NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Agents] ADD [StateChangedAt] bigint NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [AgentCardPins] (
        [SpiffeId] varchar(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Digest] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Card] varbinary(max) NOT NULL,
        [PinnedAt] bigint NOT NULL,
        [Leaf] bigint NOT NULL,
        CONSTRAINT [PK_AgentCardPins] PRIMARY KEY ([SpiffeId])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [AlgorithmRules] (
        [Algorithm] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Use] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Status] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [NotAfter] bigint NULL,
        [ChangedAt] bigint NOT NULL,
        [ChangedBy] nvarchar(256) NOT NULL,
        [Reason] nvarchar(500) NOT NULL,
        CONSTRAINT [PK_AlgorithmRules] PRIMARY KEY ([Algorithm], [Use])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [AlgorithmUses] (
        [AgentNumber] int NOT NULL,
        [Algorithm] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Use] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [FirstSeenAt] bigint NOT NULL,
        [LastSeenAt] bigint NOT NULL,
        CONSTRAINT [PK_AlgorithmUses] PRIMARY KEY ([AgentNumber], [Algorithm], [Use]),
        CONSTRAINT [FK_AlgorithmUses_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [AttestationRecords] (
        [Id] bigint NOT NULL,
        [AgentNumber] int NOT NULL,
        [Kind] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [At] bigint NOT NULL,
        [IsAffirming] bit NOT NULL,
        [Code] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [Detail] nvarchar(500) NULL,
        [KeyId] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Runtime] varchar(256) COLLATE Latin1_General_100_BIN2 NULL,
        [Claims] nvarchar(max) NOT NULL,
        [Result] nvarchar(max) NULL,
        CONSTRAINT [PK_AttestationRecords] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_AttestationRecords_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [Findings] (
        [Id] bigint NOT NULL,
        [Kind] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Subject] varchar(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [AgentNumber] int NULL,
        [Detail] nvarchar(500) NOT NULL,
        [Measured] nvarchar(500) NULL,
        [Reference] nvarchar(500) NULL,
        [FirstSeenAt] bigint NOT NULL,
        [LastSeenAt] bigint NOT NULL,
        [Count] bigint NOT NULL,
        [ClosedAt] bigint NULL,
        [ClosedBy] nvarchar(256) NULL,
        [ClosedReason] nvarchar(500) NULL,
        [OverAt] bigint NULL,
        CONSTRAINT [PK_Findings] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_Findings_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [FlowDays] (
        [AgentNumber] int NOT NULL,
        [Day] int NOT NULL,
        [Peer] varchar(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Type] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Count] bigint NOT NULL,
        [Bytes] bigint NOT NULL,
        CONSTRAINT [PK_FlowDays] PRIMARY KEY ([AgentNumber], [Day], [Peer], [Type])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [FlowMoneyDays] (
        [AgentNumber] int NOT NULL,
        [Day] int NOT NULL,
        [Peer] varchar(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Type] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Currency] varchar(3) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Amount] bigint NOT NULL,
        CONSTRAINT [PK_FlowMoneyDays] PRIMARY KEY ([AgentNumber], [Day], [Peer], [Type], [Currency])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [RegistrationEntries] (
        [Id] int NOT NULL IDENTITY,
        [Environment] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Role] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Name] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Organisation] nvarchar(256) NOT NULL,
        [Owner] nvarchar(256) NULL,
        [Tier] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [CertificateSeconds] int NOT NULL,
        [KeyAlgorithms] varchar(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [RequiresDualSignature] bit NOT NULL,
        [IsEnabled] bit NOT NULL,
        [CreatedAt] bigint NOT NULL,
        [CreatedBy] nvarchar(256) NOT NULL,
        [ChangedAt] bigint NOT NULL,
        [ChangedBy] nvarchar(256) NOT NULL,
        [IsDemo] bit NOT NULL,
        CONSTRAINT [PK_RegistrationEntries] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [RekeyRuns] (
        [Id] int NOT NULL IDENTITY,
        [Reason] nvarchar(500) NOT NULL,
        [Step] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [StartedAt] bigint NOT NULL,
        [StartedBy] nvarchar(256) NOT NULL,
        [FinishedAt] bigint NULL,
        [PausedAt] bigint NULL,
        [PerSecond] int NOT NULL,
        [OldAuthority] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [NewAuthority] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        CONSTRAINT [PK_RekeyRuns] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [Responsibilities] (
        [AgentNumber] int NOT NULL,
        [Duty] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Holder] nvarchar(256) NOT NULL,
        CONSTRAINT [PK_Responsibilities] PRIMARY KEY ([AgentNumber], [Duty]),
        CONSTRAINT [FK_Responsibilities_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [ReviewCampaigns] (
        [Id] int NOT NULL IDENTITY,
        [Title] nvarchar(256) NOT NULL,
        [Covers] nvarchar(500) NOT NULL,
        [State] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [CreatedAt] bigint NOT NULL,
        [CreatedBy] nvarchar(256) NOT NULL,
        [DueAt] bigint NOT NULL,
        [GraceEndsAt] bigint NOT NULL,
        [FinishedAt] bigint NULL,
        [FinishedBy] nvarchar(256) NULL,
        [Record] nvarchar(max) NULL,
        [RecordChain] nvarchar(max) NULL,
        [RecordLeaf] bigint NULL,
        [IsDemo] bit NOT NULL,
        CONSTRAINT [PK_ReviewCampaigns] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [Revocations] (
        [Id] bigint NOT NULL,
        [Scope] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Target] nvarchar(256) NOT NULL,
        [Reason] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Note] nvarchar(500) NULL,
        [At] bigint NOT NULL,
        [Actor] nvarchar(256) NOT NULL,
        [FinishedAt] bigint NULL,
        [Certificates] int NOT NULL,
        CONSTRAINT [PK_Revocations] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [StateTransitions] (
        [Id] bigint NOT NULL,
        [AgentNumber] int NOT NULL,
        [Serial] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [From] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [To] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [At] bigint NOT NULL,
        [Actor] nvarchar(256) NOT NULL,
        [Reason] nvarchar(500) NULL,
        CONSTRAINT [PK_StateTransitions] PRIMARY KEY ([Id], [AgentNumber], [Serial]),
        CONSTRAINT [FK_StateTransitions_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [RequiredEvidence] (
        [EntryId] int NOT NULL,
        [Kind] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Reference] nvarchar(max) NOT NULL,
        [AtRenewal] bit NOT NULL,
        CONSTRAINT [PK_RequiredEvidence] PRIMARY KEY ([EntryId], [Kind]),
        CONSTRAINT [FK_RequiredEvidence_RegistrationEntries_EntryId] FOREIGN KEY ([EntryId]) REFERENCES [RegistrationEntries] ([Id]) ON DELETE CASCADE
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [RekeyAgents] (
        [RunId] int NOT NULL,
        [AgentNumber] int NOT NULL,
        [State] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Detail] nvarchar(500) NULL,
        [CalledAt] bigint NULL,
        [DoneAt] bigint NULL,
        CONSTRAINT [PK_RekeyAgents] PRIMARY KEY ([RunId], [AgentNumber]),
        CONSTRAINT [FK_RekeyAgents_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION,
        CONSTRAINT [FK_RekeyAgents_RekeyRuns_RunId] FOREIGN KEY ([RunId]) REFERENCES [RekeyRuns] ([Id]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE TABLE [ReviewItems] (
        [CampaignId] int NOT NULL,
        [AgentNumber] int NOT NULL,
        [Reviewer] nvarchar(256) NULL,
        [Delegate] nvarchar(256) NULL,
        [Decision] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Reason] nvarchar(500) NULL,
        [Changes] nvarchar(500) NULL,
        [Leaf] bigint NULL,
        [DecidedAt] bigint NULL,
        [DecidedBy] nvarchar(256) NULL,
        [RemindedAt] bigint NULL,
        [LapsedAt] bigint NULL,
        CONSTRAINT [PK_ReviewItems] PRIMARY KEY ([CampaignId], [AgentNumber]),
        CONSTRAINT [FK_ReviewItems_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION,
        CONSTRAINT [FK_ReviewItems_ReviewCampaigns_CampaignId] FOREIGN KEY ([CampaignId]) REFERENCES [ReviewCampaigns] ([Id]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_Certificates_KeyId_AgentNumber] ON [Certificates] ([KeyId], [AgentNumber]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_Certificates_RevokedAt_NotAfter] ON [Certificates] ([RevokedAt], [NotAfter]) WHERE [RevokedAt] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_Certificates_WithdrawAt] ON [Certificates] ([WithdrawAt]) WHERE [WithdrawAt] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_Agents_EntryId] ON [Agents] ([EntryId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_AlgorithmUses_Algorithm_Use_LastSeenAt] ON [AlgorithmUses] ([Algorithm], [Use], [LastSeenAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_AttestationRecords_AgentNumber_Id] ON [AttestationRecords] ([AgentNumber], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_AttestationRecords_Runtime_AgentNumber] ON [AttestationRecords] ([Runtime], [AgentNumber]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_Findings_AgentNumber_ClosedAt] ON [Findings] ([AgentNumber], [ClosedAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_Findings_ClosedAt_Id] ON [Findings] ([ClosedAt], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_Findings_Kind_Subject_ClosedAt] ON [Findings] ([Kind], [Subject], [ClosedAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_Findings_OverAt] ON [Findings] ([OverAt]) WHERE [OverAt] IS NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_FlowDays_Day] ON [FlowDays] ([Day]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_FlowMoneyDays_Day] ON [FlowMoneyDays] ([Day]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE UNIQUE INDEX [IX_RegistrationEntries_Environment_Role_Name] ON [RegistrationEntries] ([Environment], [Role], [Name]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_RekeyAgents_AgentNumber] ON [RekeyAgents] ([AgentNumber]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_RekeyAgents_RunId_State_AgentNumber] ON [RekeyAgents] ([RunId], [State], [AgentNumber]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_ReviewCampaigns_State_DueAt] ON [ReviewCampaigns] ([State], [DueAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_ReviewItems_AgentNumber_CampaignId] ON [ReviewItems] ([AgentNumber], [CampaignId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_ReviewItems_CampaignId_Decision_LapsedAt] ON [ReviewItems] ([CampaignId], [Decision], [LapsedAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_ReviewItems_Delegate_Decision] ON [ReviewItems] ([Delegate], [Decision]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_ReviewItems_Reviewer_Decision] ON [ReviewItems] ([Reviewer], [Decision]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    CREATE INDEX [IX_StateTransitions_AgentNumber_Id] ON [StateTransitions] ([AgentNumber], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    ALTER TABLE [Agents] ADD CONSTRAINT [FK_Agents_RegistrationEntries_EntryId] FOREIGN KEY ([EntryId]) REFERENCES [RegistrationEntries] ([Id]) ON DELETE NO ACTION;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090000_Identity'
)
BEGIN
    INSERT INTO [__EFMigrationsHistory] ([MigrationId], [ProductVersion])
    VALUES (N'20261125090000_Identity', N'10.0.14');
END;

COMMIT;
GO

BEGIN TRANSACTION;
IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [ApprovalDelegations] (
        [Id] int NOT NULL IDENTITY,
        [From] nvarchar(256) NOT NULL,
        [To] nvarchar(256) NOT NULL,
        [NotBefore] bigint NOT NULL,
        [NotAfter] bigint NOT NULL,
        [Reason] nvarchar(500) NOT NULL,
        [RevokedAt] bigint NULL,
        CONSTRAINT [PK_ApprovalDelegations] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [Commitments] (
        [Agent] varchar(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Action] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Currency] varchar(3) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [MessageId] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [At] bigint NOT NULL,
        [Minor] bigint NOT NULL,
        CONSTRAINT [PK_Commitments] PRIMARY KEY ([Agent], [Action], [Currency], [MessageId])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [DecisionPolicies] (
        [Policy] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [DecisionId] bigint NOT NULL,
        [At] bigint NOT NULL,
        CONSTRAINT [PK_DecisionPolicies] PRIMARY KEY ([Policy], [DecisionId])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [Decisions] (
        [Id] bigint NOT NULL,
        [MessageLeaf] bigint NOT NULL,
        [MessageId] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Digest] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [AgentNumber] int NOT NULL,
        [Receiver] varchar(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Type] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Action] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [At] bigint NOT NULL,
        [Verdict] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Code] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [ValidUntil] bigint NULL,
        [Policies] varchar(1000) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Reason] nvarchar(500) NOT NULL,
        [Fault] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [BundleVersion] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [BundleDigest] varchar(80) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Cost] bigint NOT NULL,
        [Window] bigint NOT NULL,
        [Risk] int NOT NULL,
        [RiskReasons] nvarchar(1000) NULL,
        [Amount] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [Currency] varchar(3) COLLATE Latin1_General_100_BIN2 NULL,
        [ApprovalId] int NULL,
        [Demo] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [Request] varbinary(max) NOT NULL,
        CONSTRAINT [PK_Decisions] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_Decisions_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [Grants] (
        [Id] int NOT NULL IDENTITY,
        [AgentNumber] int NOT NULL,
        [Role] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Task] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Environments] varchar(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [NotBefore] bigint NOT NULL,
        [NotAfter] bigint NOT NULL,
        [CostLimit] bigint NULL,
        [RiskLimit] int NULL,
        [CreatedAt] bigint NOT NULL,
        [CreatedBy] nvarchar(256) NOT NULL,
        [Reason] nvarchar(500) NULL,
        [RevokedAt] bigint NULL,
        [RevokedBy] nvarchar(256) NULL,
        [IsDemo] bit NOT NULL,
        CONSTRAINT [PK_Grants] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_Grants_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [HeldMessages] (
        [Id] bigint NOT NULL,
        [MessageId] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Digest] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [AgentNumber] int NOT NULL,
        [Receiver] varchar(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Type] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Action] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [State] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Needs] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [HeldAt] bigint NOT NULL,
        [ExpiresAt] bigint NOT NULL,
        [EndedAt] bigint NULL,
        [Outcome] nvarchar(500) NULL,
        [DecisionId] bigint NOT NULL,
        [VerifiedByLeaf] bigint NULL,
        [Attempts] int NOT NULL,
        [TaskId] varchar(128) COLLATE Latin1_General_100_BIN2 NULL,
        [ContextId] nvarchar(256) NULL,
        [Route] varchar(256) COLLATE Latin1_General_100_BIN2 NULL,
        [Demo] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [Body] varbinary(max) NOT NULL,
        [Answer] varbinary(max) NULL,
        CONSTRAINT [PK_HeldMessages] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_HeldMessages_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [LineageCursors] (
        [Id] int NOT NULL,
        [Next] bigint NOT NULL,
        CONSTRAINT [PK_LineageCursors] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [LineageLinks] (
        [From] bigint NOT NULL,
        [Place] int NOT NULL,
        [To] bigint NULL,
        [Kind] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Target] nvarchar(128) NOT NULL,
        [Name] nvarchar(256) NOT NULL,
        CONSTRAINT [PK_LineageLinks] PRIMARY KEY ([From], [Place])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [LineageMessages] (
        [Leaf] bigint NOT NULL,
        [MessageId] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Digest] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Body] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Type] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [AgentNumber] int NOT NULL,
        [Audience] varchar(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [At] bigint NOT NULL,
        [Document] nvarchar(128) NULL,
        [Amount] bigint NULL,
        [Currency] varchar(3) COLLATE Latin1_General_100_BIN2 NULL,
        [Demo] nvarchar(64) NULL,
        CONSTRAINT [PK_LineageMessages] PRIMARY KEY ([Leaf])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [Notices] (
        [Id] int NOT NULL IDENTITY,
        [Kind] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [About] bigint NOT NULL,
        [Channel] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [CreatedAt] bigint NOT NULL,
        [NextAt] bigint NULL,
        [Attempts] int NOT NULL,
        [SentAt] bigint NULL,
        [Outcome] nvarchar(500) NULL,
        CONSTRAINT [PK_Notices] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [PolicyVersions] (
        [Id] int NOT NULL IDENTITY,
        [Name] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Version] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Digest] varchar(80) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [State] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Files] varbinary(max) NOT NULL,
        [BasedOnId] int NULL,
        [CreatedAt] bigint NOT NULL,
        [CreatedBy] nvarchar(256) NOT NULL,
        [Note] nvarchar(500) NULL,
        [TestsPassed] int NOT NULL,
        [TestsFailed] int NOT NULL,
        [MutantsKilled] int NULL,
        [MutantsSurvived] int NULL,
        [ApprovedAt] bigint NULL,
        [ApprovedBy] nvarchar(256) NULL,
        [ActivatedAt] bigint NULL,
        [ActivatedBy] nvarchar(256) NULL,
        [EndedAt] bigint NULL,
        [Leaf] bigint NOT NULL,
        [IsDemo] bit NOT NULL,
        CONSTRAINT [PK_PolicyVersions] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [QuarantineCases] (
        [Id] bigint NOT NULL,
        [State] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Assignee] nvarchar(256) NULL,
        [MessageLeaf] bigint NULL,
        [IsTask] bit NOT NULL,
        [ReleasedLeaf] bigint NULL,
        [EndedAt] bigint NULL,
        CONSTRAINT [PK_QuarantineCases] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_QuarantineCases_QuarantineItems_Id] FOREIGN KEY ([Id]) REFERENCES [QuarantineItems] ([Id]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [Approvals] (
        [Id] int NOT NULL IDENTITY,
        [HeldMessageId] bigint NOT NULL,
        [MessageId] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Digest] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Action] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [AgentNumber] int NOT NULL,
        [Owner] nvarchar(256) NULL,
        [Asked] nvarchar(500) NOT NULL,
        [Why] nvarchar(500) NOT NULL,
        [Amount] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [Currency] varchar(3) COLLATE Latin1_General_100_BIN2 NULL,
        [Cost] bigint NOT NULL,
        [CostCurrency] varchar(3) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Risk] int NOT NULL,
        [Tier] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Quorum] int NOT NULL,
        [ApproverRole] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [GroupKey] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [State] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [AskedAt] bigint NOT NULL,
        [ExpiresAt] bigint NOT NULL,
        [EscalatedAt] bigint NULL,
        [EndedAt] bigint NULL,
        [Outcome] nvarchar(500) NULL,
        [Limit] bigint NULL,
        [Demo] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        CONSTRAINT [PK_Approvals] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_Approvals_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION,
        CONSTRAINT [FK_Approvals_HeldMessages_HeldMessageId] FOREIGN KEY ([HeldMessageId]) REFERENCES [HeldMessages] ([Id]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [QuarantineSteps] (
        [Id] int NOT NULL IDENTITY,
        [CaseId] bigint NOT NULL,
        [Move] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [By] nvarchar(256) NOT NULL,
        [To] nvarchar(256) NULL,
        [Note] nvarchar(500) NOT NULL,
        [Outcome] nvarchar(500) NULL,
        [At] bigint NOT NULL,
        [Leaf] bigint NOT NULL,
        CONSTRAINT [PK_QuarantineSteps] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_QuarantineSteps_QuarantineCases_CaseId] FOREIGN KEY ([CaseId]) REFERENCES [QuarantineCases] ([Id]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE TABLE [ApprovalVotes] (
        [Id] int NOT NULL IDENTITY,
        [ApprovalId] int NOT NULL,
        [Approver] nvarchar(256) NOT NULL,
        [OnBehalfOf] nvarchar(256) NULL,
        [Choice] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Reason] nvarchar(500) NOT NULL,
        [Limit] bigint NULL,
        [At] bigint NOT NULL,
        [Leaf] bigint NOT NULL,
        [Record] varbinary(max) NOT NULL,
        [Assertion] varbinary(max) NULL,
        CONSTRAINT [PK_ApprovalVotes] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_ApprovalVotes_Approvals_ApprovalId] FOREIGN KEY ([ApprovalId]) REFERENCES [Approvals] ([Id]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_ApprovalDelegations_From_NotAfter] ON [ApprovalDelegations] ([From], [NotAfter]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_ApprovalDelegations_To_NotAfter] ON [ApprovalDelegations] ([To], [NotAfter]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_ApprovalVotes_ApprovalId] ON [ApprovalVotes] ([ApprovalId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_ApprovalVotes_Approver_At] ON [ApprovalVotes] ([Approver], [At]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_Approvals_AgentNumber_State] ON [Approvals] ([AgentNumber], [State]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_Approvals_Digest] ON [Approvals] ([Digest]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_Approvals_GroupKey_State] ON [Approvals] ([GroupKey], [State]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_Approvals_HeldMessageId] ON [Approvals] ([HeldMessageId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_Approvals_State_ExpiresAt] ON [Approvals] ([State], [ExpiresAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_Commitments_At] ON [Commitments] ([At]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_DecisionPolicies_Policy_At] ON [DecisionPolicies] ([Policy], [At]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_Decisions_AgentNumber_Id] ON [Decisions] ([AgentNumber], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_Decisions_At] ON [Decisions] ([At]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_Decisions_MessageId] ON [Decisions] ([MessageId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_Decisions_MessageLeaf] ON [Decisions] ([MessageLeaf]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_Grants_AgentNumber_NotAfter] ON [Grants] ([AgentNumber], [NotAfter]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_HeldMessages_AgentNumber_State] ON [HeldMessages] ([AgentNumber], [State]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_HeldMessages_Digest] ON [HeldMessages] ([Digest]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_HeldMessages_State_ExpiresAt] ON [HeldMessages] ([State], [ExpiresAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_HeldMessages_TaskId] ON [HeldMessages] ([TaskId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_LineageLinks_Target] ON [LineageLinks] ([Target]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_LineageLinks_To_From] ON [LineageLinks] ([To], [From]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_LineageMessages_Body] ON [LineageMessages] ([Body]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_LineageMessages_Digest] ON [LineageMessages] ([Digest]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_LineageMessages_Document] ON [LineageMessages] ([Document]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_LineageMessages_MessageId] ON [LineageMessages] ([MessageId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE UNIQUE INDEX [IX_Notices_Kind_About_Channel] ON [Notices] ([Kind], [About], [Channel]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_Notices_NextAt] ON [Notices] ([NextAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_PolicyVersions_Digest] ON [PolicyVersions] ([Digest]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_PolicyVersions_State] ON [PolicyVersions] ([State]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_QuarantineCases_Assignee_Id] ON [QuarantineCases] ([Assignee], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_QuarantineCases_State_Id] ON [QuarantineCases] ([State], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    CREATE INDEX [IX_QuarantineSteps_CaseId] ON [QuarantineSteps] ([CaseId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125160000_Decisions'
)
BEGIN
    INSERT INTO [__EFMigrationsHistory] ([MigrationId], [ProductVersion])
    VALUES (N'20261125160000_Decisions', N'10.0.14');
END;

COMMIT;
GO

BEGIN TRANSACTION;
IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE TABLE [AlertSuppressions] (
        [Id] int NOT NULL IDENTITY,
        [Kind] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [AgentId] varchar(256) COLLATE Latin1_General_100_BIN2 NULL,
        [Role] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [Cause] nvarchar(256) NULL,
        [IsMaintenance] bit NOT NULL,
        [Owner] nvarchar(256) NOT NULL,
        [Reason] nvarchar(500) NOT NULL,
        [From] bigint NOT NULL,
        [Until] bigint NOT NULL,
        [EndedAt] bigint NULL,
        [EndedBy] nvarchar(256) NULL,
        [Held] bigint NOT NULL,
        [Leaf] bigint NOT NULL,
        CONSTRAINT [PK_AlertSuppressions] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE TABLE [ApiTokens] (
        [Id] int NOT NULL IDENTITY,
        [Name] nvarchar(64) NOT NULL,
        [Owner] nvarchar(256) NOT NULL,
        [Role] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Hash] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [CreatedAt] bigint NOT NULL,
        [ExpiresAt] bigint NOT NULL,
        [LastUsedAt] bigint NULL,
        [RevokedAt] bigint NULL,
        [RevokedBy] nvarchar(256) NULL,
        [Leaf] bigint NOT NULL,
        CONSTRAINT [PK_ApiTokens] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE TABLE [DetectionCheckpoints] (
        [Id] int NOT NULL,
        [Next] bigint NOT NULL,
        [At] bigint NOT NULL,
        [StateNext] bigint NOT NULL,
        [State] varbinary(max) NOT NULL,
        [Version] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        CONSTRAINT [PK_DetectionCheckpoints] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE TABLE [DetectionModels] (
        [Id] int NOT NULL IDENTITY,
        [Kind] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [TrainedAt] bigint NOT NULL,
        [Rows] int NOT NULL,
        [Quality] float NOT NULL,
        [QualityBefore] float NULL,
        [IsActive] bit NOT NULL,
        [Reason] nvarchar(500) NULL,
        [Content] varbinary(max) NOT NULL,
        [Leaf] bigint NOT NULL,
        CONSTRAINT [PK_DetectionModels] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE TABLE [DetectionThresholds] (
        [Id] int NOT NULL IDENTITY,
        [Kind] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [AgentId] varchar(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Cause] nvarchar(256) NOT NULL,
        [Shift] float NOT NULL,
        [AlertId] bigint NOT NULL,
        [ChangedAt] bigint NOT NULL,
        CONSTRAINT [PK_DetectionThresholds] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE TABLE [ExportCursors] (
        [Name] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Next] bigint NOT NULL,
        [Sent] bigint NOT NULL,
        [Dead] bigint NOT NULL,
        [SentAt] bigint NULL,
        [FailingSince] bigint NULL,
        [Outcome] nvarchar(500) NULL,
        CONSTRAINT [PK_ExportCursors] PRIMARY KEY ([Name])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE TABLE [Incidents] (
        [Id] bigint NOT NULL,
        [Title] nvarchar(256) NOT NULL,
        [Severity] tinyint NOT NULL,
        [State] tinyint NOT NULL,
        [Owner] nvarchar(256) NULL,
        [CreatedBy] nvarchar(256) NOT NULL,
        [CreatedAt] bigint NOT NULL,
        [ClosedAt] bigint NULL,
        [Lesson] nvarchar(2000) NULL,
        [PolicyChange] nvarchar(2000) NULL,
        [MergedInto] bigint NULL,
        [Demo] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        CONSTRAINT [PK_Incidents] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE TABLE [SavedViews] (
        [Id] int NOT NULL IDENTITY,
        [Page] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Name] nvarchar(64) NOT NULL,
        [Owner] nvarchar(256) NOT NULL,
        [IsShared] bit NOT NULL,
        [Query] nvarchar(2000) NOT NULL,
        [SavedAt] bigint NOT NULL,
        CONSTRAINT [PK_SavedViews] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE TABLE [UserVisits] (
        [User] nvarchar(256) NOT NULL,
        [LastSeenAt] bigint NOT NULL,
        [PreviousEndedAt] bigint NULL,
        CONSTRAINT [PK_UserVisits] PRIMARY KEY ([User])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE TABLE [Alerts] (
        [Id] bigint NOT NULL,
        [Kind] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Group] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Severity] tinyint NOT NULL,
        [State] tinyint NOT NULL,
        [Verdict] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [AgentId] varchar(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [AgentNumber] int NULL,
        [Role] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Cause] nvarchar(256) NOT NULL,
        [Sentence] nvarchar(500) NOT NULL,
        [FirstScore] float NOT NULL,
        [Score] float NOT NULL,
        [Rank] float NULL,
        [Count] bigint NOT NULL,
        [FirstSeenAt] bigint NOT NULL,
        [LastSeenAt] bigint NOT NULL,
        [RaisedAt] bigint NOT NULL,
        [Money] bigint NOT NULL,
        [Currency] varchar(3) COLLATE Latin1_General_100_BIN2 NULL,
        [Assignee] nvarchar(256) NULL,
        [IncidentId] bigint NULL,
        [EndedAt] bigint NULL,
        [Why] nvarchar(max) NOT NULL,
        [Leaves] varchar(1100) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Tags] varchar(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [DetectionVersion] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Demo] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        CONSTRAINT [PK_Alerts] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_Alerts_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION,
        CONSTRAINT [FK_Alerts_Incidents_IncidentId] FOREIGN KEY ([IncidentId]) REFERENCES [Incidents] ([Id]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE TABLE [IncidentSteps] (
        [Id] int NOT NULL IDENTITY,
        [IncidentId] bigint NOT NULL,
        [Move] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [By] nvarchar(256) NOT NULL,
        [To] nvarchar(256) NULL,
        [Note] nvarchar(2000) NULL,
        [At] bigint NOT NULL,
        [Leaf] bigint NOT NULL,
        CONSTRAINT [PK_IncidentSteps] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_IncidentSteps_Incidents_IncidentId] FOREIGN KEY ([IncidentId]) REFERENCES [Incidents] ([Id]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE TABLE [IncidentTasks] (
        [Id] int NOT NULL IDENTITY,
        [IncidentId] bigint NOT NULL,
        [Text] nvarchar(500) NOT NULL,
        [Assignee] nvarchar(256) NULL,
        [AddedAt] bigint NOT NULL,
        [DoneAt] bigint NULL,
        [DoneBy] nvarchar(256) NULL,
        CONSTRAINT [PK_IncidentTasks] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_IncidentTasks_Incidents_IncidentId] FOREIGN KEY ([IncidentId]) REFERENCES [Incidents] ([Id]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE TABLE [AlertSteps] (
        [Id] int NOT NULL IDENTITY,
        [AlertId] bigint NOT NULL,
        [Move] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [By] nvarchar(256) NOT NULL,
        [To] nvarchar(256) NULL,
        [Note] nvarchar(500) NULL,
        [At] bigint NOT NULL,
        [Leaf] bigint NOT NULL,
        CONSTRAINT [PK_AlertSteps] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_AlertSteps_Alerts_AlertId] FOREIGN KEY ([AlertId]) REFERENCES [Alerts] ([Id]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_AlertSteps_AlertId] ON [AlertSteps] ([AlertId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_AlertSteps_Leaf] ON [AlertSteps] ([Leaf]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_AlertSuppressions_Until] ON [AlertSuppressions] ([Until]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_Alerts_AgentId_Kind_Id] ON [Alerts] ([AgentId], [Kind], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_Alerts_AgentNumber] ON [Alerts] ([AgentNumber]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_Alerts_Assignee_State] ON [Alerts] ([Assignee], [State]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_Alerts_IncidentId] ON [Alerts] ([IncidentId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_Alerts_RaisedAt_Id] ON [Alerts] ([RaisedAt], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_Alerts_State_Severity_Id] ON [Alerts] ([State], [Severity], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE UNIQUE INDEX [IX_ApiTokens_Hash] ON [ApiTokens] ([Hash]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_ApiTokens_Owner_Id] ON [ApiTokens] ([Owner], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_DetectionModels_Kind_Id] ON [DetectionModels] ([Kind], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE UNIQUE INDEX [IX_DetectionThresholds_AgentId_Kind_Cause] ON [DetectionThresholds] ([AgentId], [Kind], [Cause]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_IncidentSteps_IncidentId] ON [IncidentSteps] ([IncidentId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_IncidentSteps_Leaf] ON [IncidentSteps] ([Leaf]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_IncidentTasks_IncidentId] ON [IncidentTasks] ([IncidentId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE INDEX [IX_Incidents_State_Id] ON [Incidents] ([State], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    CREATE UNIQUE INDEX [IX_SavedViews_Page_Owner_Name] ON [SavedViews] ([Page], [Owner], [Name]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125190000_Detection'
)
BEGIN
    INSERT INTO [__EFMigrationsHistory] ([MigrationId], [ProductVersion])
    VALUES (N'20261125190000_Detection', N'10.0.14');
END;

COMMIT;
GO

