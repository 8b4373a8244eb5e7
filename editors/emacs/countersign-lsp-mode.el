;;; countersign-lsp-mode.el --- Countersign beside lsp-mode's servers  -*- lexical-binding: t -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; For lsp-mode 8.0 and newer.  In the init file:
;;
;;   (add-to-list 'load-path "/path/to/countersign/editors/emacs")
;;   (require 'countersign-lsp-mode)
;;
;; and then M-x lsp as ever: Countersign is an add-on, beside the server of the
;; language, and what it can do is among lsp-mode's code actions.
;;
;; One process serves a project and its review documents, since only a process
;; that was told of a buffer can make an edit of it.  A document that the
;; server names is shown beside the code: lsp-mode 8.0 does not do it, and 9.0
;; goes there.

;;; Code:

(require 'cl-lib)
(require 'countersign-server)
(require 'lsp-mode)

;; Of lsp-mode 9.0.
(defvar lsp-auto-touch-files)

(defconst countersign-lsp--document-in-message
  "\\(/[^\n]*/countersign/proposals/[0-9]+\\.[0-9]+\\.diff\\)")

(defvar countersign-lsp--told-missing nil
  "Whether the person was told that the program is missing.")

(defun countersign-lsp--is-there ()
  "Return whether the program can be started, and tell once what to do if not.
Of an add-on that cannot start, lsp-mode says nothing."
  (condition-case problem
      (progn
        (countersign--check-program)
        (setq countersign-lsp--told-missing nil)
        t)
    (user-error
     (unless countersign-lsp--told-missing
       (setq countersign-lsp--told-missing t)
       (display-warning 'countersign (error-message-string problem)))
     nil)))

(defun countersign-lsp--is-ours (workspace)
  "Whether WORKSPACE is a process of Countersign."
  (eq 'countersign (lsp--workspace-server-id workspace)))

(defun countersign-lsp--workspace-of-document ()
  "The running process that serves the review document in this buffer."
  (when-let ((folder (countersign--document-workspace)))
    (cl-find-if (lambda (workspace)
                  (and (countersign-lsp--is-ours workspace)
                       (file-equal-p folder (lsp--workspace-root workspace))))
                (lsp--session-workspaces (lsp-session)))))

(defun countersign-lsp--serve-document ()
  "Have the review document in this buffer served, if it is one."
  (when-let ((folder (countersign--document-workspace)))
    (if (not (countersign-lsp--workspace-of-document))
        (countersign--say "no server runs for this document; open a file of %s, and this document again" folder)
      (lsp)
      (view-mode -1)))) ; it may be edited before it is applied

(defun countersign-lsp--serve-documents (workspace)
  "Have open review documents of WORKSPACE served."
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when (and (eq workspace (countersign-lsp--workspace-of-document)) (not (memq workspace lsp--buffer-workspaces)))
        (countersign-lsp--serve-document)))))

(defun countersign-lsp--ended (workspace)
  "Let go of the review documents of WORKSPACE, whose process ended.
A new one can serve them only once it runs for the sources."
  (when (countersign-lsp--is-ours workspace)
    (setf (lsp--workspace-buffers workspace)
          (cl-remove-if (lambda (buffer) (with-current-buffer buffer (countersign--document-workspace)))
                        (cl-remove-if-not #'buffer-live-p (lsp--workspace-buffers workspace))))))

(defun countersign-lsp--execute (action)
  "Have the server of this buffer execute the command ACTION.
Left to itself, lsp-mode would send it to every server of the buffer."
  (with-lsp-workspace (or (cl-find-if #'countersign-lsp--is-ours (lsp-workspaces))
                          (user-error "Countersign: no server serves this buffer; M-x lsp starts it"))
    (lsp-request-async "workspace/executeCommand"
                       (list :command (lsp:command-command action) :arguments (or (lsp:command-arguments? action) []))
                       #'ignore
                       :mode 'detached
                       :error-handler (lambda (problem) (countersign--say "%s" (lsp:json-error-message problem))))))

(defun countersign-lsp--initialized (workspace)
  "Take over the commands of the server of WORKSPACE, and its documents."
  (seq-do (lambda (command)
            (puthash command #'countersign-lsp--execute (lsp--client-action-handlers (lsp--workspace-client workspace))))
          (lsp:execute-command-options-commands
           (lsp:server-capabilities-execute-command-provider? (lsp--workspace-server-capabilities workspace))))
  (run-with-timer 0 nil #'countersign-lsp--serve-documents workspace)) ; it is about to be told of the sources

(defun countersign-lsp--show (path)
  "Show the document PATH beside the code.  The cursor stays."
  (let* ((window (and (string-match countersign--document-pattern path)
                      (countersign--retire-revisions (match-string 1 path) path)))
         (buffer (find-file-noselect path t)))
    (unless (or (window-live-p window) (get-buffer-window buffer))
      (display-buffer buffer '(nil (inhibit-same-window . t))))))

(defun countersign-lsp--show-message (workspace params)
  "Show the message PARAMS of WORKSPACE, and the document that it names."
  (lsp--window-show-message workspace params)
  (let ((text (lsp:show-message-request-params-message params)))
    (when (string-match countersign-lsp--document-in-message text)
      (countersign-lsp--show (match-string 1 text)))))

(defun countersign-lsp--show-document (_workspace params)
  "Show the document of PARAMS.  Asked by lsp-mode 9.0 and newer."
  (countersign-lsp--show (lsp--uri-to-path (lsp-get params :uri)))
  (list :success t))

(defun countersign-lsp--refusal (workspace path)
  "Why WORKSPACE cannot make an edit of PATH, or nil."
  (countersign--file-refusal path
                             (lambda (buffer) (memq workspace (buffer-local-value 'lsp--buffer-workspaces buffer)))
                             "M-x lsp"))

(defun countersign-lsp--visit (path)
  "The buffer of the file PATH, which lsp-mode will not save if it is new.
As 9.0 does when it first serves a buffer, now or later."
  (let ((buffer (let ((lsp-auto-touch-files nil)) ; a mode hook may call `lsp'
                  (find-file-noselect path t))))
    (unless (file-exists-p path)
      (with-current-buffer buffer
        (setq-local lsp-auto-touch-files nil)))
    buffer))

(defun countersign-lsp--apply-edit (workspace params)
  "Make the edit in PARAMS of WORKSPACE in buffers that it is told of."
  (let* ((edit (lsp:apply-workspace-edit-params-edit params))
         (paths (mapcar (lambda (change)
                          (lsp--uri-to-path (lsp:versioned-text-document-identifier-uri (lsp:text-document-edit-text-document change))))
                        (lsp:workspace-edit-document-changes? edit)))
         (refusal (cl-some (lambda (path) (countersign-lsp--refusal workspace path)) paths))
         (lsp--cur-workspace nil)) ; else no other server is told of the change
    (condition-case problem
        (if refusal
            (list :applied :json-false :failureReason refusal)
          (dolist (path paths)
            (with-current-buffer (countersign-lsp--visit path)
              (unless (memq workspace lsp--buffer-workspaces)
                (lsp))))
          (lsp--apply-workspace-edit edit 'server-requested)
          (list :applied t))
      (error (list :applied :json-false :failureReason (error-message-string problem))))))

(defun countersign-lsp-undo ()
  "Propose to take back what was approved last."
  (interactive)
  (countersign-lsp--execute (lsp-make-command :title "Undo" :command "countersign.undo")))

(add-to-list 'lsp-language-id-configuration '(diff-mode . "diff"))
(add-hook 'diff-mode-hook #'countersign-lsp--serve-document)
(add-hook 'lsp-after-uninitialized-functions #'countersign-lsp--ended)

(lsp-register-client
 (make-lsp-client
  :server-id 'countersign
  :add-on? t
  :new-connection (lsp-stdio-connection (lambda () countersign-command) #'countersign-lsp--is-there)
  ;; Whatever a person calls `lsp' in; of diffs, what a running server wrote.
  :activation-fn (lambda (_path mode)
                   (or (not (eq mode 'diff-mode)) (countersign-lsp--workspace-of-document)))
  :library-folders-fn (lambda (workspace)
                        (and (eq workspace (countersign-lsp--workspace-of-document)) (list default-directory)))
  :initialization-options (lambda () (and countersign-settings (list :countersign countersign-settings)))
  :initialized-fn #'countersign-lsp--initialized
  :notification-handlers (lsp-ht ("window/showMessage" #'countersign-lsp--show-message))
  :request-handlers (lsp-ht ("workspace/applyEdit" #'countersign-lsp--apply-edit)
                            ("window/showDocument" #'countersign-lsp--show-document))))

(provide 'countersign-lsp-mode)
;;; countersign-lsp-mode.el ends here
